/** Questions about what Chinook has to sell. */
import {
  aliased,
  and,
  count,
  exists,
  jsonAgg,
  jsonBuildObject,
  length,
  not,
  percentileCont,
  rowNumber,
  select,
  stringAgg,
  sum,
} from "rebis"
import { Album, Artist, Genre, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track } from "./chinook-models.ts"
import { ask, type Question } from "./question.ts"

const artistsWithoutAlbums = ask(
  "which artists have no album here?",
  select(Artist.c.name)
    .where(not(exists(select(Album).where(Album.c.artistId.eq(Artist.c.artistId)))))
    .orderBy(Artist.c.name),
).gives<string | null>(`
  select name from artist where not exists (select 1 from album where album.artist_id = artist.artist_id) order by name`)

const albums = count(Album.c.albumId)
const busiestArtists = ask(
  "which ten artists have the most albums?",
  select({ name: Artist.c.name, albums })
    .from(Artist)
    .leftJoin(Artist.albums)
    .groupBy(Artist.c.artistId, Artist.c.name)
    .orderBy(albums.desc(), Artist.c.name)
    .limit(10),
).gives<{ name: string | null; albums: number }>(`
  select a.name, count(b.album_id) as n from artist as a left join album as b on b.artist_id = a.artist_id
  group by a.artist_id, a.name order by n desc, a.name limit 10`)

const other = aliased(PlaylistTrack, "other")
const otherList = aliased(Playlist, "other_list")
const shared = count()
const overlappingPlaylists = ask(
  "which playlists have more than ten tracks in common?",
  select({ one: Playlist.c.playlistId, other: otherList.c.playlistId, name: otherList.c.name, shared })
    .from(PlaylistTrack)
    .join(other, and(other.c.trackId.eq(PlaylistTrack.c.trackId), other.c.playlistId.gt(PlaylistTrack.c.playlistId)))
    .join(PlaylistTrack.playlist)
    .join(otherList, other.playlist)
    .groupBy(Playlist.c.playlistId, otherList.c.playlistId, otherList.c.name)
    .having(shared.gt(10))
    .orderBy(shared.desc(), Playlist.c.playlistId, otherList.c.playlistId),
).gives<{ one: number; other: number; name: string | null; shared: number }>(`
  select a.playlist_id, b.playlist_id, p.name, count(*) as n
  from playlist_track as a join playlist_track as b on b.track_id = a.track_id and b.playlist_id > a.playlist_id
  join playlist as p on p.playlist_id = b.playlist_id
  group by a.playlist_id, b.playlist_id, p.name having count(*) > 10 order by n desc, a.playlist_id, b.playlist_id`)

const neverSold = ask(
  "how many tracks of each genre were never sold?",
  select({ genre: Genre.c.name, unsold: count() })
    .from(Track)
    .join(Track.genre)
    .leftJoin(Track.lines)
    .where(InvoiceLine.c.invoiceLineId.isNull())
    .groupBy(Genre.c.name)
    .orderBy(Genre.c.name),
).gives<{ genre: string | null; unsold: number }>(`
  select g.name, count(*) from track as t join genre as g on g.genre_id = t.genre_id
  where t.track_id not in (select track_id from invoice_line) group by g.name order by g.name`)

const albumDocuments = ask(
  "what is on the albums of AC/DC, as documents?",
  select(
    jsonBuildObject({
      title: Album.c.title,
      tracks: jsonAgg({ name: Track.c.name, price: Track.c.unitPrice }, { orderBy: [Track.c.trackId.asc()] }),
    }),
  )
    .from(Album)
    .join(Album.artist)
    .join(Album.tracks)
    .where(Artist.c.name.eq("AC/DC"))
    .groupBy(Album.c.albumId, Album.c.title)
    .orderBy(Album.c.title),
).gives<{ title: string; tracks: { name: string; price: string }[] }>(
  {
    postgresql: `
      select json_build_object('title', a.title, 'tracks', json_agg(json_build_object('name', t.name, 'price', t.unit_price::text) order by t.track_id))
      from album as a join artist as r on r.artist_id = a.artist_id join track as t on t.album_id = a.album_id
      where r.name = 'AC/DC' group by a.album_id, a.title order by a.title`,
    sqlite: `
      select json_object('title', a.title, 'tracks', json_group_array(json_object('name', t.name, 'price', printf('%.2f', t.unit_price)) order by t.track_id))
      from album as a join artist as r on r.artist_id = a.artist_id join track as t on t.album_id = a.album_id
      where r.name = 'AC/DC' group by a.album_id, a.title order by a.title`,
  },
  (row) => [row],
)

const byLength = select({
  genre: Genre.c.name,
  track: Track.c.name,
  milliseconds: Track.c.milliseconds,
  place: rowNumber().over({ partitionBy: Track.c.genreId, orderBy: [Track.c.milliseconds.desc(), Track.c.trackId] }),
})
  .from(Track)
  .join(Track.genre)
  .as("by_length")
const longestTracks = ask(
  "which are the three longest tracks of each genre?",
  select({ genre: byLength.c.genre, place: byLength.c.place, track: byLength.c.track, milliseconds: byLength.c.milliseconds })
    .from(byLength)
    .where(byLength.c.place.lte(3))
    .orderBy(byLength.c.genre, byLength.c.place),
).gives<{ genre: string | null; place: number; track: string; milliseconds: number }>(`
  select genre, n, name, milliseconds from (
    select g.name as genre, t.name, t.milliseconds, row_number() over (partition by t.genre_id order by t.milliseconds desc, t.track_id) as n
    from track as t join genre as g on g.genre_id = t.genre_id) as q
  where n <= 3 order by genre, n`)

const byMercury = ask(
  "what did Mercury write, with or without others?",
  select({ track: Track.c.name, composer: Track.c.composer, alone: length(Track.c.composer).lt(20) })
    .where(Track.c.composer.ilike("%mercury%"))
    .orderBy(Track.c.name, Track.c.trackId),
).gives<{ track: string; composer: string | null; alone: boolean | null }>(`
  select name, composer, length(composer) < 20 from track where lower(composer) like '%mercury%' order by name, track_id`)

const medianLengths = ask(
  "what is the median length of a track on each kind of medium?",
  select({ medium: MediaType.c.name, median: percentileCont(0.5).withinGroup(Track.c.milliseconds) })
    .from(Track)
    .join(Track.mediaType)
    .groupBy(MediaType.c.name)
    .orderBy(MediaType.c.name),
).gives<{ medium: string | null; median: number | null }>({
  postgresql: `
    select m.name, percentile_cont(0.5) within group (order by t.milliseconds)
    from track as t join media_type as m on m.media_type_id = t.media_type_id group by m.name order by m.name`,
  sqlite: `
    select name, avg(milliseconds) from (
      select m.name, t.milliseconds, row_number() over w as n, count(*) over (partition by m.name) as total
      from track as t join media_type as m on m.media_type_id = t.media_type_id window w as (partition by m.name order by t.milliseconds))
    where n in ((total + 1) / 2, (total + 2) / 2) group by name order by name`,
})

const playlistGenres = ask(
  "which genres does each playlist have, in one line?",
  select({
    playlist: Playlist.c.name,
    genres: stringAgg(Genre.c.name, ",").distinct().orderBy(Genre.c.name),
    minutes: sum(Track.c.milliseconds).dividedBy(60000),
  })
    .from(Playlist)
    .join(Playlist.tracks)
    .join(Track.genre)
    .groupBy(Playlist.c.playlistId, Playlist.c.name)
    .orderBy(Playlist.c.playlistId),
).gives<{ playlist: string | null; genres: string | null; minutes: number | null }>({
  postgresql: `
    select p.name, string_agg(distinct g.name, ',' order by g.name), sum(t.milliseconds) / 60000
    from playlist as p join playlist_track as pt on pt.playlist_id = p.playlist_id join track as t on t.track_id = pt.track_id
    join genre as g on g.genre_id = t.genre_id group by p.playlist_id, p.name order by p.playlist_id`,
  sqlite: `
    select name, group_concat(genre, ',' order by genre), sum(ms) / 60000 from (
      select p.playlist_id as id, p.name, g.name as genre, sum(t.milliseconds) as ms
      from playlist as p join playlist_track as pt on pt.playlist_id = p.playlist_id join track as t on t.track_id = pt.track_id
      join genre as g on g.genre_id = t.genre_id group by p.playlist_id, p.name, g.name)
    group by id, name order by id`,
})

const artistsOn = (playlist: string) =>
  select({ artist: Artist.c.name })
    .from(Playlist)
    .join(Playlist.tracks)
    .join(Track.album)
    .join(Album.artist)
    .where(Playlist.c.name.eq(playlist))
const onBoth = ask(
  "which artists of the grunge list are heard among the music of the nineties, too?",
  artistsOn("Grunge").intersect(artistsOn("90’s Music")).orderBy("artist"),
).gives<{ artist: string | null }>(`
  select distinct r.name from playlist as p join playlist_track as pt on pt.playlist_id = p.playlist_id join track as t on t.track_id = pt.track_id
  join album as a on a.album_id = t.album_id join artist as r on r.artist_id = a.artist_id
  where p.name = 'Grunge' and r.artist_id in (
    select b.artist_id from playlist as p join playlist_track as pt on pt.playlist_id = p.playlist_id join track as t on t.track_id = pt.track_id
    join album as b on b.album_id = t.album_id where p.name = '90’s Music')
  order by r.name`)

const tracksIn = (playlist: number) => select(PlaylistTrack.c.trackId).where(PlaylistTrack.c.playlistId.eq(playlist))
const onlyThere = ask(
  "how many tracks of each genre are on list 5, but not on both of the lists 1 and 12?",
  select({ genre: Genre.c.name, tracks: count() })
    .from(Track)
    .join(Track.genre)
    .where(Track.c.trackId.in(tracksIn(5).except(tracksIn(1).intersect(tracksIn(12)))))
    .groupBy(Genre.c.genreId)
    .orderBy(count().desc(), Genre.c.name),
).gives<{ genre: string | null; tracks: number }>(`
  select g.name, count(*) from track as t join genre as g on g.genre_id = t.genre_id
  where exists (select 1 from playlist_track where playlist_id = 5 and track_id = t.track_id)
    and not (exists (select 1 from playlist_track where playlist_id = 1 and track_id = t.track_id)
      and exists (select 1 from playlist_track where playlist_id = 12 and track_id = t.track_id))
  group by g.genre_id, g.name order by count(*) desc, g.name`)

export const catalogueQuestions: readonly Question[] = [
  artistsWithoutAlbums,
  busiestArtists,
  overlappingPlaylists,
  neverSold,
  albumDocuments,
  longestTracks,
  byMercury,
  medianLengths,
  playlistGenres,
  onBoth,
  onlyThere,
]

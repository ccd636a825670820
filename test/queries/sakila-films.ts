/** Questions about the films of Sakila. */
import {
  aliased,
  and,
  any,
  arrayAgg,
  avg,
  concat,
  count,
  deleteFrom,
  exists,
  insert,
  jsonAgg,
  jsonBuildObject,
  lower,
  max,
  min,
  mode,
  not,
  percentileCont,
  rank,
  round,
  select,
  stringAgg,
  sum,
  value,
} from "rebis"
import { ask, type Question } from "./question.ts"
import { Actor, Category, Film, FilmActor, FilmCategory, Inventory, Language, Rental } from "./sakila-models.ts"

const neverRented = ask(
  "which films were never rented, and how many copies are there?",
  select({ title: Film.c.title, copies: count(Inventory.c.inventoryId) })
    .from(Film)
    .leftJoin(Film.inventory)
    .where(not(exists(select(Rental).join(Rental.inventory).where(Inventory.c.filmId.eq(Film.c.filmId)))))
    .groupBy(Film.c.filmId, Film.c.title)
    .orderBy(Film.c.title),
).gives<{ title: string; copies: number }>(`
  select f.title, count(i.inventory_id) from film as f left join inventory as i on i.film_id = f.film_id
  where not exists (select 1 from rental as r join inventory as j on j.inventory_id = r.inventory_id where j.film_id = f.film_id)
  group by f.film_id, f.title order by f.title`)

const castLists = ask(
  "who plays in the films of more than twelve actors?",
  select({
    title: Film.c.title,
    actors: count(),
    cast: stringAgg(concat(Actor.c.firstName, " ", Actor.c.lastName), ", ").orderBy(Actor.c.lastName, Actor.c.firstName),
  })
    .from(Film)
    .join(Film.actors)
    .groupBy(Film.c.filmId, Film.c.title)
    .having(count().gt(12))
    .orderBy(Film.c.title),
).gives<{ title: string; actors: number; cast: string | null }>(`
  select f.title, count(*), string_agg(a.first_name || ' ' || a.last_name, ', ' order by a.last_name, a.first_name)
  from film as f join film_actor as fa on fa.film_id = f.film_id join actor as a on a.actor_id = fa.actor_id
  group by f.film_id, f.title having count(*) > 12 order by f.title`)

const partner = aliased(Actor, "partner")
const [role, other] = [aliased(FilmActor, "role"), aliased(FilmActor, "other")]
const together = count()
const costars = ask(
  "which actors have played together most often?",
  select({
    actor: concat(Actor.c.firstName, " ", Actor.c.lastName),
    partner: concat(partner.c.firstName, " ", partner.c.lastName),
    together,
  })
    .from(role)
    .join(other, and(other.c.filmId.eq(role.c.filmId), other.c.actorId.gt(role.c.actorId)))
    .join(role.actor)
    .join(partner, other.actor)
    .groupBy(Actor.c.actorId, Actor.c.firstName, Actor.c.lastName, partner.c.actorId, partner.c.firstName, partner.c.lastName)
    .having(together.gte(6))
    .orderBy(together.desc(), Actor.c.actorId, partner.c.actorId),
).gives<{ actor: string; partner: string; together: number }>(`
  select a.first_name || ' ' || a.last_name, b.first_name || ' ' || b.last_name, count(*)
  from film_actor as x join film_actor as y on y.film_id = x.film_id and y.actor_id > x.actor_id
  join actor as a on a.actor_id = x.actor_id join actor as b on b.actor_id = y.actor_id
  group by a.actor_id, a.first_name, a.last_name, b.actor_id, b.first_name, b.last_name having count(*) >= 6
  order by count(*) desc, a.actor_id, b.actor_id`)

const perCategory = ask(
  "how long and how dear are the films of each category?",
  select({
    category: Category.c.name,
    films: count(),
    mean: round(avg(Film.c.length), 1),
    shortest: min(Film.c.length),
    longest: max(Film.c.length),
    median: percentileCont(0.5).withinGroup(Film.c.length),
    commonRating: mode().withinGroup(Film.c.rating),
    replacement: sum(Film.c.replacementCost),
  })
    .from(Film)
    .join(Film.categories)
    .groupBy(Category.c.name)
    .orderBy(Category.c.name),
).gives<{
  category: string
  films: number
  mean: number | null
  shortest: number | null
  longest: number | null
  median: number | null
  commonRating: "G" | "PG" | "PG-13" | "R" | "NC-17" | null
  replacement: string | null
}>(`
  select c.name, count(*), round(avg(f.length), 1), min(f.length), max(f.length), percentile_cont(0.5) within group (order by f.length),
    mode() within group (order by f.rating), sum(f.replacement_cost)
  from film as f join film_category as fc on fc.film_id = f.film_id join category as c on c.category_id = fc.category_id
  group by c.name order by c.name`)

const withTrailersOnly = ask(
  "which films have trailers among their extras, and which extras are there with them?",
  select({ title: Film.c.title, features: Film.c.specialFeatures, year: Film.c.releaseYear })
    .where(value("Trailers").eq(any(Film.c.specialFeatures)), Film.c.title.startsWith("A"))
    .orderBy(Film.c.title),
).gives<{ title: string; features: string[] | null; year: number | null }>(`
  select title, special_features, release_year from film where 'Trailers' = any (special_features) and title like 'A%' order by title`)

const ratings = ask(
  "what is in each rating, as arrays?",
  select({
    rating: Film.c.rating,
    rates: arrayAgg(Film.c.rentalRate).distinct(),
    films: arrayAgg(Film.c.filmId).orderBy(Film.c.filmId).filter(Film.c.length.gt(184)),
  })
    .from(Film)
    .groupBy(Film.c.rating)
    .orderBy(Film.c.rating),
).gives<{ rating: "G" | "PG" | "PG-13" | "R" | "NC-17" | null; rates: string[] | null; films: number[] | null }>(`
  select rating, array_agg(distinct rental_rate), array_agg(film_id order by film_id) filter (where length > 184)
  from film group by rating order by rating`)

const length = Film.c.length
const ranked = select({
  category: Category.c.name,
  title: Film.c.title,
  length,
  place: rank().over({ partitionBy: Category.c.categoryId, orderBy: length.desc() }),
})
  .from(Film)
  .join(Film.categories)
  .as("ranked")
const longest = ask(
  "which are the longest films of each category?",
  select({ category: ranked.c.category, title: ranked.c.title, length: ranked.c.length })
    .from(ranked)
    .where(ranked.c.place.eq(1))
    .orderBy(ranked.c.category, ranked.c.title),
).gives<{ category: string; title: string; length: number | null }>(`
  select category, title, length from (
    select c.name as category, f.title, f.length, rank() over (partition by c.category_id order by f.length desc) as place
    from film as f join film_category as fc on fc.film_id = f.film_id join category as c on c.category_id = fc.category_id) as q
  where place = 1 order by category, title`)

const document = ask(
  "what does a page about a film need, in one document?",
  select(
    jsonBuildObject({
      title: Film.c.title,
      rate: Film.c.rentalRate,
      language: Language.c.name,
      features: Film.c.specialFeatures,
      actors: jsonAgg(
        { id: Actor.c.actorId, name: concat(Actor.c.firstName, " ", Actor.c.lastName) },
        { orderBy: [Actor.c.actorId.asc()] },
      ),
    }),
  )
    .from(Film)
    .join(Film.language)
    .join(Film.actors)
    .where(Film.c.filmId.in([1, 2, 3]))
    .groupBy(Film.c.filmId, Language.c.languageId)
    .orderBy(Film.c.filmId),
).gives<{
  title: string
  rate: string
  language: string
  features: string[] | null
  actors: { id: number; name: string }[]
}>(
  `
  select json_build_object('title', f.title, 'rate', f.rental_rate::text, 'language', rtrim(l.name), 'features', f.special_features,
    'actors', json_agg(json_build_object('id', a.actor_id, 'name', a.first_name || ' ' || a.last_name) order by a.actor_id))
  from film as f join language as l on l.language_id = f.language_id
  join film_actor as fa on fa.film_id = f.film_id join actor as a on a.actor_id = fa.actor_id
  where f.film_id in (1, 2, 3) group by f.film_id, l.language_id order by f.film_id`,
  (row) => [row],
)

const copies = ask(
  "a director's cut of a film is wanted in the category of its own: which rows are written?",
  insert(FilmCategory)
    .from(
      select({ filmId: Film.c.filmId, categoryId: Category.c.categoryId })
        .from(Film)
        .crossJoin(Category)
        .where(lower(Film.c.title).contains("academy"), Category.c.name.in(["Documentary", "New"])),
    )
    .onConflict([FilmCategory.c.filmId, FilmCategory.c.categoryId])
    .doNothing()
    .returning({ filmId: FilmCategory.c.filmId, categoryId: FilmCategory.c.categoryId }),
).gives<{ filmId: number; categoryId: number }>(`
  insert into film_category (film_id, category_id)
  select f.film_id, c.category_id from film as f cross join category as c where lower(f.title) like '%academy%' and c.name in ('Documentary', 'New')
  on conflict (film_id, category_id) do nothing returning film_id, category_id`)

const removed = ask(
  "which roles of an actor in short films would be removed?",
  deleteFrom(FilmActor)
    .using(FilmActor.film)
    .where(FilmActor.c.actorId.eq(1), Film.c.length.lt(80))
    .returning({ title: Film.c.title, length: Film.c.length }),
).gives<{ title: string; length: number | null }>(`
  delete from film_actor as fa using film as f where f.film_id = fa.film_id and fa.actor_id = 1 and f.length < 80 returning f.title, f.length`)

export const filmQuestions: readonly Question[] = [
  neverRented,
  castLists,
  costars,
  perCategory,
  withTrailersOnly,
  ratings,
  longest,
  document,
  copies,
  removed,
]

/** The tables of Chinook, a shop of digital music. */
import {
  type ColumnBuilder,
  declarativeBase,
  integer,
  manyToMany,
  manyToOne,
  MetaData,
  numeric,
  oneToMany,
  primaryKey,
  timestamp,
  varchar,
} from "rebis"

export const chinookMetadata: MetaData = new MetaData()
const Base = declarativeBase({ metadata: chinookMetadata, conventions: "off" })
const price = (): ColumnBuilder<string, false, false, "numeric"> => numeric({ precision: 10, scale: 2 })

export class Artist extends Base.model("artist", { artistId: integer().primaryKey(), name: varchar(120).nullable() }) {
  static readonly albums = oneToMany(() => Album)
}

export class Album extends Base.model("album", {
  albumId: integer().primaryKey(),
  title: varchar(160),
  artistId: integer().references(() => Artist.c.artistId),
}) {
  static readonly artist = manyToOne(() => Artist)
  static readonly tracks = oneToMany(() => Track)
}

export class Genre extends Base.model("genre", { genreId: integer().primaryKey(), name: varchar(120).nullable() }) {
  static readonly tracks = oneToMany(() => Track)
}

export class MediaType extends Base.model("media_type", { mediaTypeId: integer().primaryKey(), name: varchar(120).nullable() }) {
  static readonly tracks = oneToMany(() => Track)
}

export class Track extends Base.model("track", {
  trackId: integer().primaryKey(),
  name: varchar(200),
  albumId: integer()
    .nullable()
    .references(() => Album.c.albumId),
  mediaTypeId: integer().references(() => MediaType.c.mediaTypeId),
  genreId: integer()
    .nullable()
    .references(() => Genre.c.genreId),
  composer: varchar(220).nullable(),
  milliseconds: integer(),
  bytes: integer().nullable(),
  unitPrice: price(),
}) {
  static readonly album = manyToOne(() => Album)
  static readonly genre = manyToOne(() => Genre)
  static readonly mediaType = manyToOne(() => MediaType)
  static readonly lines = oneToMany(() => InvoiceLine)
}

export class Playlist extends Base.model("playlist", { playlistId: integer().primaryKey(), name: varchar(120).nullable() }) {
  static readonly tracks = manyToMany(() => Track, { through: () => PlaylistTrack })
}

export class PlaylistTrack extends Base.model(
  "playlist_track",
  { playlistId: integer().references(() => Playlist.c.playlistId), trackId: integer().references(() => Track.c.trackId) },
  (t) => [primaryKey(t.playlistId, t.trackId)],
) {
  static readonly playlist = manyToOne(() => Playlist)
  static readonly track = manyToOne(() => Track)
}

export class Employee extends Base.model("employee", {
  employeeId: integer().primaryKey(),
  lastName: varchar(20),
  firstName: varchar(20),
  title: varchar(30).nullable(),
  reportsTo: integer().nullable().references("employee.employee_id"),
  hireDate: timestamp().nullable(),
  city: varchar(40).nullable(),
  email: varchar(60).nullable(),
}) {
  static readonly manager = manyToOne(() => Employee)
  static readonly customers = oneToMany(() => Customer)
}

export class Customer extends Base.model("customer", {
  customerId: integer().primaryKey(),
  firstName: varchar(40),
  lastName: varchar(20),
  company: varchar(80).nullable(),
  city: varchar(40).nullable(),
  country: varchar(40).nullable(),
  email: varchar(60),
  supportRepId: integer()
    .nullable()
    .references(() => Employee.c.employeeId),
}) {
  static readonly supportRep = manyToOne(() => Employee)
  static readonly invoices = oneToMany(() => Invoice)
}

export class Invoice extends Base.model("invoice", {
  invoiceId: integer().primaryKey(),
  customerId: integer().references(() => Customer.c.customerId),
  invoiceDate: timestamp(),
  billingCity: varchar(40).nullable(),
  billingCountry: varchar(40).nullable(),
  total: price(),
}) {
  static readonly customer = manyToOne(() => Customer)
  static readonly lines = oneToMany(() => InvoiceLine)
}

export class InvoiceLine extends Base.model("invoice_line", {
  invoiceLineId: integer().primaryKey(),
  invoiceId: integer().references(() => Invoice.c.invoiceId),
  trackId: integer().references(() => Track.c.trackId),
  unitPrice: price(),
  quantity: integer(),
}) {
  static readonly invoice = manyToOne(() => Invoice)
  static readonly track = manyToOne(() => Track)
}

/** The tables of Sakila, a chain that rents out films. */
import {
  boolean,
  char,
  type ColumnBuilder,
  date,
  declarativeBase,
  domainType,
  enumType,
  integer,
  type IsoDateTime,
  manyToMany,
  manyToOne,
  numeric,
  oneToMany,
  primaryKey,
  smallint,
  text,
  timestamp,
  tsvector,
  varchar,
} from "rebis"

const Base = declarativeBase({ conventions: "off" })
const lastUpdate = (): ColumnBuilder<IsoDateTime, false, true, "timestamp"> => timestamp().defaultNow()
const rating = enumType("mpaa_rating", ["G", "PG", "PG-13", "R", "NC-17"])
const year = domainType("year", integer())

export class Country extends Base.model("country", { countryId: integer().primaryKey(), country: varchar(50) }) {
  static readonly cities = oneToMany(() => City)
}

export class City extends Base.model("city", {
  cityId: integer().primaryKey(),
  city: varchar(50),
  countryId: integer().references(() => Country.c.countryId),
}) {
  static readonly country = manyToOne(() => Country)
}

export class Address extends Base.model("address", {
  addressId: integer().primaryKey(),
  address: varchar(50),
  address2: varchar(50).nullable(),
  district: varchar(20),
  cityId: integer().references(() => City.c.cityId),
  postalCode: varchar(10).nullable(),
  phone: varchar(20),
}) {
  static readonly city = manyToOne(() => City)
}

export class Language extends Base.model("language", { languageId: integer().primaryKey(), name: char(20) }) {}

export class Film extends Base.model("film", {
  filmId: integer().primaryKey(),
  title: varchar(255),
  description: text().nullable(),
  releaseYear: year().nullable(),
  languageId: integer().references(() => Language.c.languageId),
  originalLanguageId: integer()
    .nullable()
    .references(() => Language.c.languageId),
  rentalDuration: smallint().default(3),
  rentalRate: numeric({ precision: 4, scale: 2 }).default("4.99"),
  length: smallint().nullable(),
  replacementCost: numeric({ precision: 5, scale: 2 }).default("19.99"),
  rating: rating().nullable(),
  lastUpdate: lastUpdate(),
  specialFeatures: text().array().nullable(),
  fulltext: tsvector(),
}) {
  static readonly language = manyToOne(() => Language, { by: "languageId" })
  static readonly actors = manyToMany(() => Actor, { through: () => FilmActor })
  static readonly categories = manyToMany(() => Category, { through: () => FilmCategory })
  static readonly inventory = oneToMany(() => Inventory)
}

export class Actor extends Base.model("actor", {
  actorId: integer().primaryKey().identity(),
  firstName: varchar(45),
  lastName: varchar(45),
  lastUpdate: lastUpdate(),
}) {
  static readonly films = manyToMany(() => Film, { through: () => FilmActor })
}

export class FilmActor extends Base.model(
  "film_actor",
  { actorId: integer().references(() => Actor.c.actorId), filmId: integer().references(() => Film.c.filmId), lastUpdate: lastUpdate() },
  (t) => [primaryKey(t.actorId, t.filmId)],
) {
  static readonly actor = manyToOne(() => Actor)
  static readonly film = manyToOne(() => Film)
}

export class Category extends Base.model("category", {
  categoryId: integer().primaryKey().identity(),
  name: varchar(25),
  lastUpdate: lastUpdate(),
}) {
  static readonly films = manyToMany(() => Film, { through: () => FilmCategory })
}

export class FilmCategory extends Base.model(
  "film_category",
  {
    filmId: integer().references(() => Film.c.filmId),
    categoryId: integer().references(() => Category.c.categoryId),
    lastUpdate: lastUpdate(),
  },
  (t) => [primaryKey(t.filmId, t.categoryId)],
) {
  static readonly category = manyToOne(() => Category)
}

export class Store extends Base.model("store", {
  storeId: integer().primaryKey(),
  managerStaffId: integer().references("staff.staff_id"),
  addressId: integer().references(() => Address.c.addressId),
}) {
  static readonly address = manyToOne(() => Address)
  static readonly manager = manyToOne(() => Staff)
}

export class Staff extends Base.model("staff", {
  staffId: integer().primaryKey(),
  firstName: varchar(45),
  lastName: varchar(45),
  email: varchar(50).nullable(),
  storeId: integer().references(() => Store.c.storeId),
  active: boolean(),
}) {}

export class Customer extends Base.model("customer", {
  customerId: integer().primaryKey().identity(),
  storeId: integer().references(() => Store.c.storeId),
  firstName: varchar(45),
  lastName: varchar(45),
  email: varchar(50).nullable(),
  addressId: integer().references(() => Address.c.addressId),
  activebool: boolean().default(true),
  createDate: date(),
  active: integer().nullable(),
}) {
  static readonly address = manyToOne(() => Address)
  static readonly store = manyToOne(() => Store)
  static readonly rentals = oneToMany(() => Rental)
  static readonly payments = oneToMany(() => Payment)
}

export class Inventory extends Base.model("inventory", {
  inventoryId: integer().primaryKey(),
  filmId: integer().references(() => Film.c.filmId),
  storeId: integer().references(() => Store.c.storeId),
}) {
  static readonly film = manyToOne(() => Film)
  static readonly store = manyToOne(() => Store)
  static readonly rentals = oneToMany(() => Rental)
}

export class Rental extends Base.model("rental", {
  rentalId: integer().primaryKey(),
  rentalDate: timestamp(),
  inventoryId: integer().references(() => Inventory.c.inventoryId),
  customerId: integer().references(() => Customer.c.customerId),
  returnDate: timestamp().nullable(),
  staffId: integer().references(() => Staff.c.staffId),
}) {
  static readonly inventory = manyToOne(() => Inventory)
  static readonly customer = manyToOne(() => Customer)
  static readonly payments = oneToMany(() => Payment)
}

export class Payment extends Base.model("payment", {
  paymentId: integer().primaryKey(),
  customerId: integer().references(() => Customer.c.customerId),
  staffId: integer().references(() => Staff.c.staffId),
  rentalId: integer().references(() => Rental.c.rentalId),
  amount: numeric({ precision: 5, scale: 2 }),
  paymentDate: timestamp(),
}) {
  static readonly customer = manyToOne(() => Customer)
  static readonly staff = manyToOne(() => Staff)
  static readonly rental = manyToOne(() => Rental)
}

import { declarativeBase, integer, manyToMany, manyToOne, MetaData, oneToMany, oneToOne, text } from "../../src/index.ts"

/** Models whose relations delete along themselves. Parents come before children: the tables are made in this order. */
export const CascadeBase = declarativeBase({ metadata: new MetaData() })

const id = () => integer().primaryKey().identity()

export class Address extends CascadeBase.model("address", { id: id(), street: text() }) {}

/** An order owns its items, which own their parts; its notes can be without it. */
export class Order extends CascadeBase.model("order", {
  id: id(),
  title: text(),
  addressId: integer()
    .nullable()
    .unique()
    .references(() => Address.c.id),
}) {
  static readonly items = oneToMany(() => Item, { cascade: { deleteOrphan: true } })
  static readonly notes = oneToMany(() => Note)
  static readonly receipt = oneToOne(() => Receipt, { cascade: { deleteOrphan: true } })
  static readonly address = manyToOne(() => Address, { cascade: { deleteOrphan: true } })
  static readonly labels = manyToMany(() => Label, { through: () => OrderLabel, cascade: { deleteOrphan: true }, singleParent: true })
}
export class Item extends CascadeBase.model("item", {
  id: id(),
  name: text(),
  orderId: integer().references(() => Order.c.id),
}) {
  static readonly order = manyToOne(() => Order)
  static readonly parts = oneToMany(() => Part, { cascade: { delete: true, deleteOrphan: true } })
}
export class Part extends CascadeBase.model("part", {
  id: id(),
  name: text(),
  itemId: integer()
    .nullable()
    .references(() => Item.c.id),
}) {
  static readonly item = manyToOne(() => Item)
}
export class Note extends CascadeBase.model("note", {
  id: id(),
  body: text(),
  orderId: integer()
    .nullable()
    .references(() => Order.c.id),
}) {
  static readonly order = manyToOne(() => Order)
}
export class Receipt extends CascadeBase.model("receipt", {
  id: id(),
  total: integer(),
  orderId: integer()
    .unique()
    .references(() => Order.c.id),
}) {
  static readonly order = manyToOne(() => Order)
}
export class Label extends CascadeBase.model("label", { id: id(), text: text() }) {}
export class OrderLabel extends CascadeBase.model("order_label", {
  orderId: integer()
    .primaryKey()
    .references(() => Order.c.id),
  labelId: integer()
    .primaryKey()
    .references(() => Label.c.id),
}) {}

/** A tree, of which the branches go with their stem. */
export class Folder extends CascadeBase.model("folder", {
  id: id(),
  name: text(),
  parentId: integer().nullable().references("folder.id"),
}) {
  static readonly children = oneToMany(() => Folder, { cascade: { delete: true } })
  static readonly parent = manyToOne(() => Folder)
}

/** What the database deletes itself. */
export class Album extends CascadeBase.model("album", { id: id(), title: text() }) {
  static readonly songs = oneToMany(() => Song, { cascade: { delete: true, expunge: true }, passiveDeletes: true })
}
export class Song extends CascadeBase.model("song", {
  id: id(),
  title: text(),
  albumId: integer()
    .nullable()
    .references(() => Album.c.id, { onDelete: "cascade" }),
}) {
  static readonly album = manyToOne(() => Album)
}

/** Two parents of which one is enough. */
export class Person extends CascadeBase.model("person", { id: id(), name: text() }) {
  static readonly accounts = oneToMany(() => Account, { cascade: { deleteOrphan: true } })
  static readonly pets = oneToMany(() => Pet, { cascade: { saveUpdate: false } })
}
export class Company extends CascadeBase.model("company", { id: id(), name: text() }) {
  static readonly accounts = oneToMany(() => Account, { cascade: { deleteOrphan: true } })
}
export class Account extends CascadeBase.model("account", {
  id: id(),
  iban: text(),
  personId: integer()
    .nullable()
    .references(() => Person.c.id),
  companyId: integer()
    .nullable()
    .references(() => Company.c.id),
}) {
  static readonly person = manyToOne(() => Person)
  static readonly company = manyToOne(() => Company)
}
export class Pet extends CascadeBase.model("pet", {
  id: id(),
  name: text(),
  personId: integer()
    .nullable()
    .references(() => Person.c.id),
}) {
  static readonly owner = manyToOne(() => Person, { cascade: { merge: false } })
}

import { declarativeBase, integer, manyToMany, manyToOne, type ObjectState, oneToMany, type Session, stateOf, text } from "rebis"

const Base = declarativeBase()

class Order extends Base.model("order", { id: integer().primaryKey().identity(), title: text() }) {
  static readonly items = oneToMany(() => Item, { cascade: { deleteOrphan: true, expunge: true } })
}
class Item extends Base.model("item", {
  id: integer().primaryKey().identity(),
  name: text(),
  orderId: integer().references(() => Order.c.id),
}) {
  static readonly order = manyToOne(() => Order, { singleParent: true, cascade: { merge: false } })
}
declare const db: Session
declare const order: Order & { items: Item[] }

const state: ObjectState = stateOf(order)
void state
void db.merge(Order, { id: 1, title: undefined, items: [{ name: "x" }, { id: 2 }] })
void db.merge(order).then(({ items }) => items)
void db.mergeAll(Item, [{ id: 1, order: { title: "x" } }])
void db.refresh(order, ["title", "items"])
db.expire(order, ["title"])
void db.get(Order, 1, { populateExisting: true })

// Relations and columns that are not there.
void db.merge(Order, {
  id: 1,
  // error: TS2353 Object literal may only specify known properties, and 'author' does not exist in type 'MergeValues<typeof Order>'.
  author: 1,
})
void db.merge(Order, {
  id: 1,
  // error: TS2322 Type 'number' is not assignable to type 'Given<string> | undefined'.
  items: [{ name: 1 }],
})
// error: TS2322 Type '"author"' is not assignable to type '"id" | "items" | "title"'.
void db.refresh(order, ["author"])
// error: TS2322 Type '"author"' is not assignable to type '"id" | "items" | "title"'.
db.expire(order, ["items", "author"])

// Options that a relation does not have.
// error: TS2353 Object literal may only specify known properties, and 'remove' does not exist in type 'CascadeOptions'.
oneToMany(() => Item, { cascade: { remove: true } })
// error: TS2353 Object literal may only specify known properties, and 'singleParent' does not exist in type 'ToManyOptions<string, NoInfer<typeof Item>>'.
oneToMany(() => Item, { singleParent: true })
// error: TS2353 Object literal may only specify known properties, and 'passiveDeletes' does not exist in type 'ManyToOneOptions<string>'.
manyToOne(() => Order, { passiveDeletes: true })
// error: TS2353 Object literal may only specify known properties, and 'passiveDeletes' does not exist in type 'ManyToManyOptions<NoInfer<typeof Item>>'.
manyToMany(() => Item, { through: () => Item, passiveDeletes: true })

import {
  aliased,
  declarativeBase,
  enumType,
  insert,
  integer,
  manyToOne,
  oneToMany,
  select,
  sessionmaker,
  subtypeColumns,
  type Engine,
  text,
  update,
} from "rebis"

const Base = declarativeBase()

/** Compiles only when the two types are the same. */
function same<A, B>(..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]): void {}

class Owner extends Base.model("owner", { id: integer().primaryKey().identity(), name: text() }) {
  static readonly animals = oneToMany(() => Animal)
  static readonly dogs = oneToMany(() => Dog)
}

const kind = enumType("animal_kind", ["dog", "cat", "puppy"])

abstract class Animal extends Base.model(
  "animal",
  { id: integer().primaryKey().identity(), kind: kind(), name: text(), ownerId: integer().references(() => Owner.c.id) },
  () => [],
  { polymorphicOn: "kind" },
) {
  static readonly owner = manyToOne(() => Owner)
  static make(): string {
    return "made"
  }
  abstract sound(): string
}

class Dog extends Animal.subtype("dog", () => Dog, { breed: text().nullable(), age: integer().default(0) }) {
  static readonly walks = oneToMany(() => Walk)
  sound(): string {
    return this.breed ?? this.name
  }
}

class Puppy extends Dog.subtype({ identity: "puppy", table: "puppy" }, () => Puppy, {
  weight: integer(),
  motherAnimalId: integer()
    .nullable()
    .references(() => Dog.c.id),
}) {
  static readonly mother = manyToOne(() => Dog)
}

class Walk extends Base.model("walk", {
  id: integer().primaryKey().identity(),
  puppyId: integer().references(() => Puppy.c.id),
}) {
  static readonly puppy = manyToOne(() => Puppy)
}

// A new row says nothing of its class; it has the columns of all levels.
const puppy = new Puppy({ name: "Pip", ownerId: 1, weight: 3 })
same<typeof puppy.kind, "dog" | "cat" | "puppy">()
same<typeof puppy.name, string>()
same<typeof puppy.breed, string | null>()
same<typeof puppy.age, number>()
same<typeof puppy.weight, number>()
puppy.sound() satisfies string
Puppy.make() satisfies string
same<typeof Dog.tableName, "animal">()
same<typeof Puppy.tableName, "puppy">()

// It is its parents, and instanceof narrows.
const animal: Animal = puppy
if (animal instanceof Puppy) animal.weight satisfies number
else if (animal instanceof Dog) animal.breed satisfies string | null
const dogs = [animal].filter((each) => each instanceof Dog)
same<(typeof dogs)[number], Dog>()

export async function queries(engine: Engine): Promise<void> {
  const db = sessionmaker(engine)()
  same<Awaited<ReturnType<typeof all>>, Animal[]>()
  const all = () => db.all(select(Animal))
  const puppies = await db.all(select(Puppy).where(Puppy.c.weight.gt(1), Puppy.c.name.eq("Pip")).with("owner").with("mother").with("walks"))
  puppies[0]?.owner.name satisfies string | undefined
  puppies[0]?.mother satisfies Dog | null | undefined
  puppies[0]?.walks satisfies Walk[] | undefined
  const owners = await db.all(select(Owner).with("dogs", (q) => q.with("walks", (w) => w.with("puppy"))))
  owners[0]?.dogs[0]?.walks[0]?.puppy.weight satisfies number | undefined
  const loaded = await db.load(Dog, dogs, (q) => q.with("walks"))
  loaded[0]?.walks satisfies Walk[] | undefined
  const got = await db.get(Animal, 1)
  same<typeof got, Animal | null>()
  const other = aliased(Puppy, "other")
  const rows = await db.all(select({ name: Puppy.c.name, other }).from(Puppy).leftJoin(other, other.c.weight.gt(Puppy.c.weight)))
  same<(typeof rows)[number], { name: string; other: Puppy | null }>()
  const columns = subtypeColumns(Animal, Puppy)
  const weights = await db.all(select({ weight: columns.weight }).from(Animal).where(columns.breed.eq("pug")))
  same<(typeof weights)[number], { weight: number | null }>()
  db.add(Puppy, { name: "Pop", weight: 1, owner: new Owner({ name: "Ann" }) })
  await db.execute(insert(Dog).values({ name: "Rex", ownerId: 1 }))
  await db.execute(update(Dog).set({ breed: "pug", name: "Max" }).where(Dog.c.age.gt(1)))
}

// Without conventions, too.
class Row extends declarativeBase({ conventions: "off" }).model("Rows", { id: integer().primaryKey(), type: integer() }, () => [], {
  polymorphicOn: "type",
  identity: 1,
}) {}
class SubRow extends Row.subtype({ identity: 2, table: "SubRows" }, () => SubRow, { some_thing: text() }) {}
new SubRow({ id: 1, some_thing: "x" }).some_thing satisfies string

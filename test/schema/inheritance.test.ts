import assert from "node:assert/strict"
import { test } from "node:test"
import {
  ArgumentError,
  bytea,
  compile,
  declarativeBase,
  DefinitionError,
  index,
  integer,
  manyToOne,
  primaryKey,
  select,
  sql,
  text,
  unique,
} from "../../src/index.ts"
import { postgres } from "../../src/dialects/index.ts"
import { conventionFindings, mapperOf, schemaDefinition } from "../../src/schema/index.ts"

const id = () => integer().primaryKey().identity()

function family() {
  const Base = declarativeBase()
  class Animal extends Base.model("animal", { id: id(), kind: text(), name: text() }, (t) => [index(t.name)], {
    polymorphicOn: "kind",
    identity: "animal",
  }) {}
  return { Base, Animal }
}

const textOf = (statement: Parameters<typeof compile>[0]) => compile(statement, postgres).text

test("a subtype's columns stand in its parent's table, with their constraints", () => {
  const { Base, Animal } = family()
  class Dog extends Animal.subtype(
    "dog",
    () => Dog,
    { breed: text().nullable().index(), ownerAnimalId: integer().nullable().references("animal.id") },
    (t) => [unique(t.name, t.breed)],
  ) {}
  class Puppy extends Dog.subtype("puppy", () => Puppy, { age: integer().default(0) }) {}
  const [table] = schemaDefinition(Base.metadata, postgres).tables
  assert.deepEqual(
    table!.columns.map(({ name, nullable }) => [name, nullable]),
    [
      ["id", false],
      ["kind", false],
      ["name", false],
      ["breed", true],
      ["owner_animal_id", true],
      ["age", false],
    ],
  )
  assert.deepEqual(
    table!.uniques.map(({ name }) => name),
    ["animal_name_key"],
  )
  assert.deepEqual(
    table!.indexes.map(({ name }) => name),
    ["animal_name_idx", "animal_breed_idx"],
  )
  assert.deepEqual(
    table!.foreignKeys.map(({ name }) => name),
    ["animal_owner_animal_id_fkey"],
  )
  assert.equal(mapperOf(Puppy).root, mapperOf(Animal))
  assert.deepEqual(
    mapperOf(Puppy).properties.map(({ key }) => key),
    ["id", "kind", "name", "breed", "ownerAnimalId", "age"],
  )
  assert.equal(Puppy.tableName, "animal")
})

test("a subtype with a table of its own refers to its parent's by its key", () => {
  const { Base, Animal } = family()
  class Dog extends Animal.subtype(
    { identity: "dog", table: "dog", comment: "dogs" },
    () => Dog,
    { breed: text() },
    (t) => [index(t.breed)],
  ) {}
  class Puppy extends Dog.subtype({ identity: "puppy", table: "puppy", key: "id" }, () => Puppy, { age: integer() }) {}
  const [, dog, puppy] = schemaDefinition(Base.metadata, postgres).tables
  assert.deepEqual(dog!.primaryKey, { name: "dog_pkey", columns: ["animal_id"] })
  assert.equal(dog!.comment, "dogs")
  assert.deepEqual(puppy!.foreignKeys, [
    {
      name: "puppy_id_fkey",
      columns: ["id"],
      referredTable: "dog",
      referredColumns: ["animal_id"],
      onDelete: "cascade",
      onUpdate: "cascade",
    },
  ])
  assert.equal(Puppy.tableName, "puppy")
  assert.deepEqual(
    conventionFindings(Base.metadata).map(({ message }) => message),
    ["foreign key puppy.id is not named after dog.animal_id, which it points at"],
  )
})

test("a key of several columns is repeated in the table of a subtype", () => {
  const Base = declarativeBase()
  class Seat extends Base.model("seat", { number: integer(), hall: text(), kind: text() }, (t) => [primaryKey(t.hall, t.number)], {
    polymorphicOn: "kind",
    identity: "seat",
  }) {}
  class Box extends Seat.subtype({ identity: "box", table: "box" }, () => Box, { size: integer() }) {}
  const [, box] = schemaDefinition(Base.metadata, postgres).tables
  assert.deepEqual(box!.primaryKey?.columns, ["seat_hall", "seat_number"])
  assert.deepEqual(box!.foreignKeys[0]?.referredColumns, ["hall", "number"])
  assert.equal(
    textOf(select(Box)),
    'select "box"."seat_number", "box"."seat_hall", "box_seat"."kind", "box"."size" from ("box" inner join "seat" as "box_seat" on "box_seat"."hall" = "box"."seat_hall" and "box_seat"."number" = "box"."seat_number")',
  )
})

test("an abstract class between others has no rows of its own", () => {
  const Base = declarativeBase()
  abstract class Node extends Base.model("node", { id: id(), kind: integer() }, () => [], { polymorphicOn: "kind" }) {}
  abstract class Shape extends Node.subtype({}, () => Shape, { colour: text().nullable() }) {}
  class Circle extends Shape.subtype(1, () => Circle, { radius: integer().nullable() }) {}
  class Square extends Shape.subtype({ identity: 2, table: "square" }, () => Square, { side: integer() }) {}
  assert.equal(new Circle({ radius: 1 }).kind, 1)
  assert.equal(new Square({ side: 1, colour: "red" }).kind, 2)
  assert.throws(() => Reflect.construct(Shape as never, [{}]), ArgumentError)
  assert.deepEqual(compile(select(Shape.c.colour), postgres).parameters, ["{1,2}"])
  assert.match(textOf(select(Shape)), /^select .* from \("node" left join "square" as "node_square" on .*\) where "node"."kind" = any/)
})

test("columns of a subtype that other classes of its table could not leave out are refused", () => {
  const { Animal } = family()
  const declare = (columns: object) => () => Animal.subtype("dog", () => undefined, columns as never)
  const refused = (pattern: RegExp) => (error: unknown) => error instanceof DefinitionError && pattern.test(error.message)
  assert.throws(declare({ breed: text() }), refused(/"breed" of a subtype in the table animal is neither nullable nor has it a default/))
  assert.throws(declare({ breed: text().defaultFrom(() => "x") }), refused(/neither nullable nor has it a default in the database/))
  assert.throws(declare({ dogId: id() }), refused(/cannot be in its primary key/))
  assert.throws(declare({ name: text().nullable() }), refused(/the property "name" is inherited/))
  assert.throws(declare({ title: text().nullable().named("name") }), refused(/"name" and "title" of table animal are both the column name/))
  assert.throws(
    () =>
      Animal.subtype(
        "dog",
        () => undefined,
        {},
        (t) => [primaryKey(t.name)],
      ),
    refused(/has the primary key of animal already/),
  )
})

test("what cannot tell classes apart is refused", () => {
  const Base = declarativeBase()
  const options = { polymorphicOn: "kind", identity: "x" } as never
  const refused = (pattern: RegExp) => (error: unknown) => error instanceof DefinitionError && pattern.test(error.message)
  assert.throws(() => Base.model("a", { id: id(), kind: text().nullable() }, () => [], options), refused(/"kind" cannot say which class/))
  assert.throws(() => Base.model("b", { id: id(), kind: bytea() }, () => [], options), refused(/"kind" cannot say which class/))
  assert.throws(() => Base.model("c", { id: id() }, () => [], options), refused(/polymorphicOn names "kind", which is no column/))
  assert.throws(() => Base.model("d", { kind: text() }, () => [], options), refused(/needs a primary key/))
  assert.throws(() => Base.model("e", { id: id() }, () => [], { identity: "x" } as never), refused(/has an identity and no polymorphicOn/))
  class Plain extends Base.model("plain", { id: id() }) {}
  assert.throws(() => Reflect.apply(Plain.subtype, Plain, ["x", () => undefined, {}]), refused(/no column of plain says which class/))
  const { Animal } = family()
  class Dog extends Animal.subtype("dog", () => Dog, {}) {}
  assert.throws(() => Dog.subtype("animal", () => undefined, {}), refused(/the identity is taken/))
  assert.throws(() => Animal.subtype({}, undefined as never, {}), refused(/needs a function that gives its class/))
})

test("a class that is not declared as a subtype, or is given for another one, is refused", () => {
  const { Animal } = family()
  class Dog extends Animal.subtype("dog", () => Dog, {}) {}
  class Terrier extends Dog {}
  assert.throws(() => new Terrier({ name: "x" }), /Terrier extends Dog and is no subtype of it/)
  class Cat extends Animal.subtype("cat", () => Dog, {}) {}
  assert.throws(() => textOf(select(Cat)), /its function does not give the class that it is the base of/)
})

test("a subtype that is declared after its family was used is refused", () => {
  const { Animal } = family()
  assert.equal(textOf(select(Animal)), 'select "animal"."id", "animal"."kind", "animal"."name" from "animal"')
  assert.throws(() => Animal.subtype("dog", () => undefined, {}), /is declared after the models of its family were used/)
})

test("a subtype's relations do not see foreign keys of others, nor do its parent's see its own", () => {
  const Base = declarativeBase()
  class Owner extends Base.model("owner", { id: id() }) {}
  class Animal extends Base.model(
    "animal",
    {
      id: id(),
      kind: text(),
      ownerId: integer()
        .nullable()
        .references(() => Owner.c.id),
    },
    () => [],
    { polymorphicOn: "kind" },
  ) {
    static readonly owner = manyToOne(() => Owner)
  }
  class Dog extends Animal.subtype("dog", () => Dog, {
    trainerOwnerId: integer()
      .nullable()
      .references(() => Owner.c.id),
  }) {
    static readonly trainer = manyToOne(() => Owner, { by: "trainerOwnerId" })
  }
  class Cat extends Animal.subtype({ identity: "cat", table: "cat" }, () => Cat, { vetOwnerId: integer().references(() => Owner.c.id) }) {
    static readonly vet = manyToOne(() => Owner, { by: "vetOwnerId" })
  }
  const by = (model: unknown, relation: { pathFrom(mapper: never): { foreignKey: { columns: readonly { key: string }[] } } }) =>
    relation.pathFrom(mapperOf(model) as never).foreignKey.columns.map(({ key }) => key)
  assert.deepEqual(by(Dog, Dog.owner), ["ownerId"])
  assert.deepEqual(by(Cat, Cat.owner), ["ownerId"])
  assert.deepEqual(by(Dog, Dog.trainer), ["trainerOwnerId"])
  assert.deepEqual(by(Cat, Cat.vet), ["vetOwnerId"])
})

test("a foreign key to a subtype refers to its own table", () => {
  const { Base, Animal } = family()
  class Dog extends Animal.subtype({ identity: "dog", table: "dog" }, () => Dog, {}) {}
  class Walk extends Base.model("walk", {
    id: id(),
    dogId: integer().references(() => Dog.c.id),
    animalId: integer().references(() => Animal.c.id),
  }) {}
  assert.deepEqual(
    Walk.table.foreignKeys.map(({ referredTable, referredColumns }) => [referredTable.name, referredColumns[0]!.name]),
    [
      ["dog", "animal_id"],
      ["animal", "id"],
    ],
  )
})

test("columns of one name in two tables of a family are kept apart", () => {
  const { Animal } = family()
  class Dog extends Animal.subtype({ identity: "dog", table: "dog" }, () => Dog, { weight: integer(), title: text().named("name") }) {}
  class Cat extends Animal.subtype({ identity: "cat", table: "cat" }, () => Cat, { weight: integer().default(1) }) {}
  assert.equal(new Dog({ name: "a", weight: 1, title: "b" }).title, "b")
  assert.match(
    textOf(select(Animal)),
    /^select "animal"."id", "animal"."kind", "animal"."name", "animal_dog"."weight", "animal_dog"."name" as "dog_name", "animal_cat"."weight" as "cat_weight" from/,
  )
  assert.equal(
    textOf(select(select(Animal).as("a")).where(sql`true`)),
    `select "a"."id", "a"."kind", "a"."name", "a"."weight", "a"."dog_name", "a"."cat_weight" from (${textOf(select(Animal))}) as "a" where true`,
  )
  assert.match(textOf(select(Dog.c.title)), /^select "dog"."name" as "dog_name" from \("dog" inner join/)
  void Cat
})

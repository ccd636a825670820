import { declarativeBase, integer, text, timestamptz } from "rebis"

const Base = declarativeBase()

class Plain extends Base.model("plain", { id: integer().primaryKey().identity() }) {}
class Animal extends Base.model("animal", { id: integer().primaryKey().identity(), kind: text(), name: text() }, () => [], {
  polymorphicOn: "kind",
  identity: "animal",
}) {}
class Dog extends Animal.subtype("dog", () => Dog, { breed: text().nullable() }) {}
class Cat extends Animal.subtype("cat", () => Cat, { livesLeft: integer().nullable() }) {}

// Only a model that says by which column classes are told apart has subtypes.
// error: TS2684 The 'this' context of type 'typeof Plain' is not assignable to method's 'this' of type 'PolymorphicModel & (abstract new (...args: any) => object)'.
Plain.subtype("x", () => undefined, {})
// error: TS2322 Type '"kind"' is not assignable to type '"id"'.
Base.model("a", { id: integer().primaryKey() }, () => [], { polymorphicOn: "kind" })
// error: TS2322 Type 'number' is not assignable to type 'string'.
Base.model("b", { id: integer().primaryKey(), kind: text() }, () => [], { polymorphicOn: "kind", identity: 1 })

// What other classes of the table have to leave out is nullable or has a default.
// error: TS2322 Type 'Builder<string, "text">' is not assignable to type 'Builder<string, "text"> & Violation<"column 'breed' must be nullable or have a default: other classes have rows in the same table">'.
Animal.subtype("x", () => undefined, { breed: text() })
// error: TS2322 Type 'Builder<string, "text">' is not assignable to type 'Builder<string, "text"> & Violation<"property 'name' is inherited">'.
Animal.subtype({ identity: "x", table: "x" }, () => undefined, { breed: text(), name: text() })
// error: TS2322 Type 'Builder<Date, "timestamptz">' is not assignable to type 'Builder<Date, "timestamptz"> & Violation<"datetime column 'born' must end in 'At'">'.
Animal.subtype({ identity: "x", table: "x" }, () => undefined, { born: timestamptz() })

// An identity is a value of the discriminator.
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'string | SubtypeOptions<never, string>'.
Animal.subtype(1, () => undefined, {})

// The discriminator is written by the session.
// error: TS2353 Object literal may only specify known properties, and 'kind' does not exist in type '{ name: string; } & { id?: number; } & {} & { breed?: string | null; }'.
new Dog({ name: "Rex", kind: "cat" })
const dog = new Dog({ name: "Rex" })
// error: TS2540 Cannot assign to 'kind' because it is a read-only property.
dog.kind = "cat"

// A property of one subtype is none of another, nor of the parent.
const animal: Animal = dog
// error: TS2339 Property 'breed' does not exist on type 'Animal'.
animal.breed
// error: TS2741 Property 'livesLeft' is missing in type 'Dog' but required in type 'Cat'.
const cat: Cat = dog
// error: TS2339 Property 'breed' does not exist on type 'Cat'.
if (animal instanceof Cat) animal.breed
export { cat }

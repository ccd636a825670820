import {
  boolean,
  declarativeBase,
  type Engine,
  integer,
  manyToMany,
  manyToOne,
  MetaData,
  oneToMany,
  oneToOne,
  sessionmaker,
  type Sessions,
  text,
} from "../../src/index.ts"
import type { TestDatabase } from "../support/databases.ts"
import { createModelTables } from "./support.ts"

export const Base = declarativeBase({ metadata: new MetaData() })

export class Owner extends Base.model("owner", { id: integer().primaryKey().identity(), name: text() }) {
  static readonly animals = oneToMany(() => Animal)
  static readonly dogs = oneToMany(() => Dog)
  static readonly vehicles = oneToMany(() => Vehicle)
  static readonly trucks = oneToMany(() => Truck)
}

/** Single table: an abstract root, two levels below it. */
export abstract class Animal extends Base.model(
  "animal",
  {
    id: integer().primaryKey().identity(),
    kind: text(),
    name: text(),
    ownerId: integer()
      .nullable()
      .references(() => Owner.c.id),
  },
  () => [],
  { polymorphicOn: "kind" },
) {
  static readonly owner = manyToOne(() => Owner)
  abstract sound(): string
  get title(): string {
    return `${this.name} (${this.sound()})`
  }
}

export class Dog extends Animal.subtype("dog", () => Dog, {
  breed: text().nullable(),
  isTrained: boolean().default(false),
}) {
  static readonly walks = oneToMany(() => Walk)
  static readonly kennel = oneToOne(() => Kennel)
  sound(): string {
    return "wuff"
  }
}

export class Cat extends Animal.subtype("cat", () => Cat, {
  livesLeft: integer().nullable(),
  breed2: text().nullable().named("cat_breed"),
}) {
  sound(): string {
    return "miau"
  }
}

export class Puppy extends Dog.subtype("puppy", () => Puppy, {
  motherId: integer()
    .nullable()
    .references(() => Dog.c.id),
}) {
  static readonly mother = manyToOne(() => Dog)
  override sound(): string {
    return "wiff"
  }
}

export class Walk extends Base.model("walk", {
  id: integer().primaryKey().identity(),
  place: text(),
  animalId: integer().references(() => Dog.c.id),
}) {
  static readonly dog = manyToOne(() => Dog)
}

export class Kennel extends Base.model("kennel", {
  id: integer().primaryKey().identity(),
  colour: text(),
  animalId: integer()
    .nullable()
    .unique()
    .references(() => Dog.c.id),
}) {
  static readonly dog = manyToOne(() => Dog)
}

/** Joined: tables of their own, a subtype of a subtype, one that shares its parent's table, and a root with rows of its own. */
export class Vehicle extends Base.model(
  "vehicle",
  {
    id: integer().primaryKey().identity(),
    kind: text(),
    name: text(),
    wheels: integer().default(4),
    ownerId: integer()
      .nullable()
      .references(() => Owner.c.id),
  },
  () => [],
  { polymorphicOn: "kind", identity: "vehicle" },
) {
  static readonly owner = manyToOne(() => Owner)
  static readonly parts = manyToMany(() => Part, { through: () => VehiclePart })
  describe(): string {
    return `${this.name} on ${this.wheels}`
  }
}

export class Car extends Vehicle.subtype({ identity: "car", table: "car" }, () => Car, { seats: integer(), weight: integer().nullable() }) {
  override describe(): string {
    return `${super.describe()} for ${this.seats}`
  }
}

export class Truck extends Vehicle.subtype({ identity: "truck", table: "truck" }, () => Truck, {
  load: integer(),
  weight: integer().nullable(),
}) {
  static readonly trips = oneToMany(() => Trip)
}

export class Tanker extends Truck.subtype({ identity: "tanker", table: "tanker" }, () => Tanker, {
  liquid: text(),
  spareTruckId: integer()
    .nullable()
    .references(() => Truck.c.id),
}) {
  static readonly spare = manyToOne(() => Truck)
}

export class Van extends Car.subtype("van", () => Van, { racks: integer().nullable() }) {}

export class Trip extends Base.model("trip", {
  id: integer().primaryKey().identity(),
  target: text(),
  truckId: integer().references(() => Truck.c.id),
}) {
  static readonly truck = manyToOne(() => Truck)
}

export class Part extends Base.model("part", { id: integer().primaryKey().identity(), label: text() }) {
  static readonly vehicles = manyToMany(() => Vehicle, { through: () => VehiclePart })
}

export class VehiclePart extends Base.model("vehicle_part", {
  vehicleId: integer()
    .primaryKey()
    .references(() => Vehicle.c.id),
  partId: integer()
    .primaryKey()
    .references(() => Part.c.id),
}) {}

export async function prepareFamily(database: TestDatabase): Promise<{ readonly engine: Engine; readonly sessions: Sessions }> {
  const engine = await database.engine()
  await createModelTables(engine, Base.metadata)
  return { engine, sessions: sessionmaker(engine) }
}

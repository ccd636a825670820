import assert from "node:assert/strict"
import { test } from "node:test"
import {
  aliased,
  ArgumentError,
  count,
  declarativeBase,
  deleteFrom,
  IdentityConflictError,
  insert,
  integer,
  jsonAgg,
  jsonBuildObject,
  manyToOne,
  NoResultFoundError,
  oneToMany,
  or,
  select,
  sessionmaker,
  sql,
  StaleDataError,
  subtypeColumns,
  StatementError,
  text,
  UnknownSubtypeError,
  update,
  ValueError,
} from "../../src/index.ts"
import { forEachDatabase, unless } from "../support/databases.ts"
import {
  Animal,
  Car,
  Cat,
  Dog,
  Kennel,
  Owner,
  Part,
  prepareFamily,
  Puppy,
  Tanker,
  Trip,
  Truck,
  Van,
  Vehicle,
  VehiclePart,
  Walk,
} from "./family.ts"
import { record } from "./models.ts"
import { createModelTables } from "./support.ts"

const brief = (statements: readonly string[]): string[] =>
  statements.map((text) => {
    const found = /^(insert) into "(\w+)"|^(update) "(\w+)"|^(delete) from "(\w+)"|^(select)/.exec(text)
    return found === null ? text : found.slice(1).filter(Boolean).join(" ")
  })
/** The same with repeated statements once: where a database has no arrays, each row is a statement of its own. */
const distinct = (statements: readonly string[]): string[] => brief(statements).filter((each, index, all) => each !== all[index - 1])

const classes = (entities: readonly object[]): string[] => entities.map((entity) => entity.constructor.name)

forEachDatabase("single-table inheritance", (database) => {
  async function filled(): ReturnType<typeof prepareFamily> {
    const prepared = await prepareFamily(database)
    await prepared.sessions.begin((db) => {
      const rex = new Dog({ name: "Rex", breed: "pug" })
      db.add(Owner, { name: "Ann", animals: [rex, new Cat({ name: "Tom", livesLeft: 9 })] })
      db.add(Puppy, { name: "Pip", breed: "pug", mother: rex })
      db.add(Walk, { place: "park", dog: rex })
      db.add(Kennel, { colour: "red", dog: rex })
    })
    return prepared
  }

  test("rows become instances of the classes that their discriminator names, from one query (116)", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    using recording = record(engine)
    const animals = await db.all(select(Animal).orderBy(Animal.c.name))
    assert.equal(recording.statements.filter((text) => text.startsWith("select")).length, 1)
    assert.deepEqual(classes(animals), ["Puppy", "Dog", "Cat"])
    assert.ok(animals.every((animal) => animal instanceof Animal))
    assert.ok(animals[0] instanceof Dog)
    assert.deepEqual(
      animals.map(({ title }) => title),
      ["Pip (wiff)", "Rex (wuff)", "Tom (miau)"],
    )
    assert.deepEqual({ ...animals[2] }, { id: animals[2]!.id, kind: "cat", name: "Tom", ownerId: 1, livesLeft: 9, breed2: null })
    const [pip] = animals
    if (!(pip instanceof Puppy)) assert.fail("Pip is a puppy")
    assert.equal(pip.breed, "pug")
    assert.equal(pip.motherId, animals[1]!.id)
  })

  test("a subtype's statement gives its rows and those of its subtypes", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    assert.deepEqual(classes(await db.all(select(Dog).orderBy(Dog.c.name))), ["Puppy", "Dog"])
    assert.deepEqual(classes(await db.all(select(Puppy))), ["Puppy"])
    assert.deepEqual(classes(await db.all(select(Cat).where(or(Cat.c.livesLeft.gt(5), Cat.c.name.eq("Rex"))))), ["Cat"])
    assert.deepEqual(await db.all(select(Dog.c.name).orderBy(Dog.c.name)), ["Pip", "Rex"])
    assert.equal(await db.scalar(select(count()).from(Dog)), 2)
    const other = aliased(Dog, "other")
    assert.deepEqual(await db.all(select(other.c.name).from(other).orderBy(other.c.name.desc())), ["Rex", "Pip"])
  })

  test("get() gives the subtype, and null where the row is of another class", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const tom = await db.one(select(Cat))
    using recording = record(engine)
    assert.equal(await db.get(Animal, tom.id), tom)
    assert.equal(await db.get(Dog, tom.id), null)
    assert.deepEqual(recording.statements, [])
    await db.close()
    await using other = sessions()
    assert.equal(await other.get(Dog, tom.id), null)
    const found = await other.get(Animal, tom.id)
    assert.ok(found instanceof Cat)
    assert.equal(await other.get(Cat, tom.id), found)
  })

  test("an unknown discriminator is an error that names it (116)", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    await db.execute(sql`update animal set kind = 'horse' where name = 'Tom'`)
    await assert.rejects(db.all(select(Animal)), (error) => {
      assert.ok(error instanceof UnknownSubtypeError)
      assert.match(error.message, /animal\.kind is "horse"/)
      return true
    })
    assert.deepEqual(classes(await db.all(select(Dog).orderBy(Dog.c.name))), ["Puppy", "Dog"])
  })

  test("relations from and to base and subtypes are loaded, inherited ones too", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const [owner] = await db.all(
      select(Owner)
        .with("animals", (q) => q.with("owner"))
        .with("dogs", (q) => q.with("walks").with("kennel")),
    )
    assert.deepEqual(classes(owner!.animals), ["Dog", "Cat"])
    assert.deepEqual(classes(owner!.dogs), ["Dog"])
    assert.equal(owner!.dogs[0]!.walks[0]!.place, "park")
    assert.equal(owner!.dogs[0]!.kennel?.colour, "red")
    assert.equal(owner!.animals[1]!.owner, owner)
    const [pip] = await db.all(
      select(Puppy)
        .with("mother", (q) => q.with("walks"))
        .with("owner"),
    )
    assert.equal(pip!.mother, owner!.dogs[0])
    assert.equal(pip!.owner, null)
    const kennel = await db.one(select(Kennel).with("dog"))
    assert.equal(kennel.dog, owner!.dogs[0])
    const animals = await db.all(select(Animal))
    const dogs = await db.load(
      Dog,
      animals.filter((animal) => animal instanceof Dog),
      (q) => q.with("walks"),
    )
    assert.equal(dogs.flatMap(({ walks }) => walks).length, 1)
  })

  test("joins to a subtype see its rows alone, whichever side may be empty", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    db.add(new Owner({ name: "Bob" }))
    await db.flush()
    const pairs = (rows: readonly { owner: string; dog: string | null }[]) => rows.map(({ owner, dog }) => `${owner} ${dog ?? "-"}`)
    const item = { owner: Owner.c.name, dog: Dog.c.name }
    assert.deepEqual(pairs(await db.all(select(item).from(Owner).join(Owner.dogs))), ["Ann Rex"])
    assert.deepEqual(pairs(await db.all(select(item).from(Owner).leftJoin(Owner.dogs).orderBy(Owner.c.name))), ["Ann Rex", "Bob -"])
    const right = select({ owner: Owner.c.name, dog: Dog.c.name }).from(Dog).rightJoin(Owner, Owner.c.id.eq(Dog.c.ownerId))
    assert.deepEqual(pairs(await db.all(right.orderBy(Owner.c.name))), ["Ann Rex", "Bob -"])
    const full = select({ owner: Owner.c.name, dog: Dog }).from(Owner).fullJoin(Dog, Owner.c.id.eq(Dog.c.ownerId))
    const rows = await db.all(full)
    assert.deepEqual(rows.map(({ owner, dog }) => `${owner ?? "-"} ${dog?.name ?? "-"}`).toSorted(), ["- Pip", "Ann Rex", "Bob -"])
  })

  test("an entity whose row was made one of another class is not read again as what it was", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const rex = await db.one(select(Dog).where(Dog.c.name.eq("Rex")))
    await db.execute(sql`update animal set kind = 'cat' where name = 'Rex'`)
    db.expire(rex)
    await assert.rejects(db.all(select(Animal)), UnknownSubtypeError)
    await assert.rejects(db.refresh(rex), NoResultFoundError)
    db.expunge(rex)
    assert.ok((await db.get(Animal, rex.id)) instanceof Cat)
  })

  test("the discriminator is written by the session and cannot be changed", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    assert.equal(new Dog({ name: "x" }).kind, "dog")
    assert.throws(() => new Dog({ name: "x", kind: "cat" } as never), ArgumentError)
    const rex = await db.one(select(Dog).where(Dog.c.name.eq("Rex")))
    Object.assign(rex, { kind: "cat" })
    await assert.rejects(db.flush(), ValueError)
    await db.rollback()
    assert.equal(rex.kind, "dog")
    const fresh = Object.assign(new Dog({ name: "y" }), { kind: "cat" })
    db.add(fresh)
    await assert.rejects(db.flush(), ValueError)
    assert.throws(() => update(Animal).set({ kind: "dog" }), StatementError)
    assert.throws(() => insert(Dog).values({ name: "x", kind: "cat" } as never), StatementError)
  })

  test("an abstract class has no instances", async () => {
    const { sessions } = await prepareFamily(database)
    await using db = sessions()
    assert.throws(() => db.add(Animal, { name: "x" }), ArgumentError)
    await assert.rejects(db.execute(insert(Animal).values({ name: "x" })), StatementError)
  })

  test("rows of one class are inserted together, whatever the order in which they were added", async () => {
    const { engine, sessions } = await prepareFamily(database)
    using recording = record(engine)
    await sessions.begin((db) => {
      for (let index = 0; index < 3; index++) {
        db.add(new Dog({ name: `dog ${index}` }))
        db.add(new Cat({ name: `cat ${index}` }))
      }
    })
    if (database.capabilities.arrayParameters)
      assert.deepEqual(brief(recording.statements), ["begin", "insert animal", "insert animal", "commit"])
    await using db = sessions()
    const animals = await db.all(select(Animal))
    assert.equal(animals.length, 6)
    recording.clear()
    for (const animal of animals) db.delete(animal)
    await db.flush()
    assert.deepEqual(brief(recording.statements), ["begin", "delete animal"])
  })

  test("statements that write to a subtype meet its rows alone", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const inserted = await db.all(insert(Dog).values({ name: "Neo", breed: "mix" }).returning())
    assert.deepEqual(classes(inserted), ["Dog"])
    assert.equal((await db.execute(update(Dog).set({ breed: "new" }).allRows())).rowCount, 3)
    assert.equal(
      (
        await db.execute(
          update(Cat)
            .set({ livesLeft: 1 })
            .where(Cat.c.name.in(["Tom", "Rex"])),
        )
      ).rowCount,
      1,
    )
    const renamed = await db.all(update(Dog).set({ name: "R" }).where(Dog.c.name.eq("Rex")).returning({ id: Dog.c.id, name: Dog.c.name }))
    assert.equal(renamed[0]?.name, "R")
    assert.equal((await db.execute(deleteFrom(Cat).allRows())).rowCount, 1)
    assert.equal((await db.execute(deleteFrom(Dog).using(Dog.owner).where(Owner.c.name.eq("nobody")))).rowCount, 0)
    assert.equal(await db.scalar(select(count()).from(Animal)), 3)
  })

  test("two objects of one family cannot claim one key", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const tom = await db.one(select(Cat))
    db.add(Object.assign(new Dog({ name: "x" }), { id: tom.id }))
    await assert.rejects(db.flush(), IdentityConflictError)
  })

  test("an entity of another class of the family is refused in a relation", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const tom = await db.one(select(Cat))
    db.add(Walk, { place: "roof", dog: tom as never })
    await assert.rejects(db.flush(), ArgumentError)
  })

  test("subqueries, JSON and unions give the classes too", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const named = select(Animal).where(Animal.c.name.ne("Tom")).as("named")
    assert.deepEqual(classes(await db.all(select(named).orderBy(named.c.name))), ["Puppy", "Dog"])
    const both = select(Animal)
      .where(Animal.c.name.eq("Tom"))
      .union(select(Animal).where(Animal.c.name.eq("Rex")))
    assert.deepEqual(classes(await db.all(both.orderBy("name"))), ["Dog", "Cat"])
    const [json] = await db.all(select(jsonBuildObject({ animals: jsonAgg(Animal, { orderBy: Animal.c.name }) })).from(Animal))
    assert.deepEqual(classes(json!.animals), ["Puppy", "Dog", "Cat"])
    assert.ok(json!.animals[2] instanceof Cat)
    const dogs = select(Dog).cte("dogs")
    assert.deepEqual(classes(await db.all(select(dogs).orderBy(dogs.c.name))), ["Puppy", "Dog"])
  })
})

forEachDatabase("joined inheritance", (database) => {
  const batches = database.capabilities.arrayParameters

  async function filled(): ReturnType<typeof prepareFamily> {
    const prepared = await prepareFamily(database)
    await prepared.sessions.begin((db) => {
      const truck = new Truck({ name: "Truck", load: 5, weight: 7 })
      db.add(Owner, { name: "Ann", vehicles: [new Car({ name: "Car", seats: 4 }), truck, new Vehicle({ name: "Cart", wheels: 2 })] })
      db.add(new Van({ name: "Van", seats: 2, racks: 1 }))
      const tanker = db.add(Tanker, { name: "Tanker", load: 9, liquid: "milk", spare: truck, parts: [new Part({ label: "hose" })] })
      db.add(Trip, { target: "Rome", truck: tanker })
    })
    return prepared
  }

  test("the row of the base is inserted before that of the subtype, all rows of a table together (31)", async () => {
    const { engine, sessions } = await prepareFamily(database)
    using recording = record(engine)
    const [car, tanker] = await sessions.begin((db) => [
      db.add(new Car({ name: "a", seats: 1 })),
      db.add(new Tanker({ name: "b", load: 2, liquid: "oil" })),
      db.add(new Vehicle({ name: "c" })),
      db.add(new Car({ name: "d", seats: 3 })),
    ])
    assert.deepEqual(distinct(recording.statements), ["begin", "insert vehicle", "insert car", "insert truck", "insert tanker", "commit"])
    if (batches) assert.equal(recording.statements.length, 6)
    assert.deepEqual({ ...car }, { name: "a", seats: 1, kind: "car", id: 1, wheels: 4, ownerId: null, weight: null })
    await using db = sessions()
    assert.deepEqual({ ...(await db.get(Tanker, tanker.id)) }, { ...tanker })
  })

  test("only the tables that are touched are updated (31)", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const tanker = await db.one(select(Tanker))
    const car = await db.one(select(Car).where(Car.c.name.eq("Car")))
    using recording = record(engine)
    tanker.liquid = "wine"
    await db.flush()
    assert.deepEqual(brief(recording.statements), ["begin", "update tanker"])
    recording.clear()
    tanker.name = "Tonk"
    tanker.load = 10
    car.seats = 5
    await db.flush()
    assert.deepEqual(brief(recording.statements).toSorted(), ["update car", "update truck", "update vehicle"])
    recording.clear()
    await db.flush()
    assert.deepEqual(recording.statements, [])
    await db.commit()
    await using other = sessions()
    assert.deepEqual({ ...(await other.one(select(Tanker))) }, { ...tanker })
  })

  test("the row of a subtype is deleted before that of the base (31)", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    await db.execute(deleteFrom(Trip).allRows())
    await db.execute(deleteFrom(VehiclePart).allRows())
    const vehicles = await db.all(select(Vehicle).orderBy(Vehicle.c.kind.desc()))
    using recording = record(engine)
    for (const vehicle of vehicles) db.delete(vehicle)
    await db.flush()
    assert.deepEqual(distinct(recording.statements), [
      "delete vehicle_part",
      "delete tanker",
      "delete truck",
      "delete car",
      "delete vehicle",
    ])
    if (batches) assert.equal(recording.statements.length, 5)
    assert.deepEqual(await db.all(select(Vehicle)), [])
    assert.equal(await db.scalar(sql`select count(*) from car`), database.capabilities.nativeTypes ? 0n : 0)
  })

  test("rows of all tables become their classes by one query (116)", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    using recording = record(engine)
    const vehicles = await db.all(select(Vehicle).orderBy(Vehicle.c.name))
    assert.equal(recording.statements.length, 1)
    assert.equal(
      recording.statements[0],
      `select "vehicle"."id", "vehicle"."kind", "vehicle"."name", "vehicle"."wheels", "vehicle"."owner_id", "vehicle_car"."seats", "vehicle_car"."weight", "vehicle_car"."racks", "vehicle_truck"."load", "vehicle_truck"."weight" as "truck_weight", "vehicle_tanker"."liquid", "vehicle_tanker"."spare_truck_id" from ("vehicle" left join "car" as "vehicle_car" on "vehicle_car"."vehicle_id" = "vehicle"."id" left join "truck" as "vehicle_truck" on "vehicle_truck"."vehicle_id" = "vehicle"."id" left join "tanker" as "vehicle_tanker" on "vehicle_tanker"."truck_vehicle_id" = "vehicle_truck"."vehicle_id") order by "vehicle"."name"`,
    )
    assert.deepEqual(classes(vehicles), ["Car", "Vehicle", "Tanker", "Truck", "Van"])
    const truck = vehicles[3]!
    assert.deepEqual({ ...truck }, { id: truck.id, kind: "truck", name: "Truck", wheels: 4, ownerId: 1, load: 5, weight: 7 })
    assert.equal(vehicles[0]!.describe(), "Car on 4 for 4")
    assert.equal(vehicles[1]!.describe(), "Cart on 2")
  })

  test("a subtype's statement gives its rows, with conditions on any of its tables", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    assert.deepEqual(classes(await db.all(select(Truck).orderBy(Truck.c.name))), ["Tanker", "Truck"])
    assert.deepEqual(classes(await db.all(select(Car).orderBy(Car.c.name))), ["Car", "Van"])
    assert.deepEqual(classes(await db.all(select(Van))), ["Van"])
    assert.deepEqual(
      classes(await db.all(select(Tanker).where(Tanker.c.load.gt(5), Tanker.c.name.eq("Tanker"), Tanker.c.liquid.eq("milk")))),
      ["Tanker"],
    )
    assert.deepEqual(await db.all(select({ name: Truck.c.name, load: Truck.c.load }).orderBy(Truck.c.load)), [
      { name: "Truck", load: 5 },
      { name: "Tanker", load: 9 },
    ])
    const big = aliased(Truck, "big")
    assert.deepEqual(classes(await db.all(select(big).where(big.c.load.gt(5), big.c.name.ne("x")))), ["Tanker"])
    const both = await db.all(select({ one: Truck, other: big }).from(Truck).join(big, big.c.load.gt(Truck.c.load)))
    assert.deepEqual(
      both.map(({ one, other }) => [one.name, other.name]),
      [["Truck", "Tanker"]],
    )
  })

  test("get() and refresh() read all tables of an entity", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const tanker = await db.one(select(Tanker))
    await db.rollback()
    await using other = sessions()
    const found = await other.get(Vehicle, tanker.id)
    assert.ok(found instanceof Tanker)
    assert.equal(found.liquid, "milk")
    assert.equal(await other.get(Truck, tanker.id), found)
    assert.equal(await other.get(Car, tanker.id), null)
    await other.rollback()
    tanker.liquid = "wine"
    tanker.load = 1
    await db.commit()
    await other.refresh(found)
    assert.equal(found.liquid, "wine")
    assert.equal(found.load, 1)
  })

  test("relations from and to base and subtypes are loaded and written", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const tanker = await db.one(
      select(Tanker)
        .with("spare", (q) => q.with("owner"))
        .with("trips")
        .with("parts")
        .with("owner"),
    )
    assert.equal(tanker.spare?.name, "Truck")
    assert.equal(tanker.spare?.owner?.name, "Ann")
    assert.deepEqual(
      tanker.trips.map(({ target }) => target),
      ["Rome"],
    )
    assert.deepEqual(
      tanker.parts.map(({ label }) => label),
      ["hose"],
    )
    assert.equal(tanker.owner, null)
    const [part] = await db.all(select(Part).with("vehicles"))
    assert.deepEqual(part!.vehicles, [tanker])
    const owner = await db.one(
      select(Owner)
        .with("trucks", (q) => q.with("trips"))
        .with("vehicles", (q) => q.orderBy(Vehicle.c.name)),
    )
    assert.deepEqual(classes(owner.trucks), ["Truck"])
    assert.deepEqual(classes(owner.vehicles), ["Car", "Vehicle", "Truck"])
    const trip = await db.one(select(Trip).with("truck"))
    assert.equal(trip.truck, tanker)
    trip.truck = owner.trucks[0]!
    owner.vehicles.push(tanker)
    await db.flush()
    assert.equal(trip.truckId, owner.trucks[0]!.id)
    assert.equal(tanker.ownerId, owner.id)
    const rows = await db.all(select({ target: Trip.c.target, load: Truck.c.load, name: Truck.c.name }).from(Trip).join(Trip.truck))
    assert.deepEqual(rows, [{ target: "Rome", load: 5, name: "Truck" }])
    const left = await db.all(
      select({ owner: Owner.c.name, truck: Truck }).from(Owner).leftJoin(Owner.trucks).orderBy(Owner.c.name, Truck.c.name),
    )
    assert.deepEqual(
      left.map(({ truck }) => truck?.constructor.name),
      ["Tanker", "Truck"],
    )
  })

  test("a changed key reaches all tables, and the entity is found by it (39)", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    await db.execute(deleteFrom(VehiclePart).allRows())
    await db.execute(deleteFrom(Trip).allRows())
    const tanker = await db.one(select(Tanker))
    const before = tanker.id
    using recording = record(engine)
    tanker.id = 77
    tanker.liquid = "wine"
    await db.flush()
    assert.deepEqual(brief(recording.statements).toSorted(), ["update tanker", "update vehicle"])
    assert.equal(await db.get(Vehicle, 77), tanker)
    assert.equal(await db.get(Vehicle, before), null)
    await db.commit()
    await using other = sessions()
    const found = await other.get(Tanker, 77)
    assert.deepEqual({ ...found }, { ...tanker })
    assert.equal(found!.load, 9)
  })

  test("a rollback restores what was inserted, changed and deleted", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const tanker = await db.one(select(Tanker))
    const copy = { ...tanker }
    const car = db.add(new Car({ name: "new", seats: 1 }))
    await db.execute(deleteFrom(Trip).allRows())
    await db.execute(deleteFrom(VehiclePart).allRows())
    await db
      .savepoint(async () => {
        tanker.liquid = "wine"
        tanker.name = "x"
        await db.flush()
        db.delete(tanker)
        await db.flush()
        throw new Error("back")
      })
      .catch(() => undefined)
    assert.deepEqual({ ...tanker }, copy)
    assert.equal(await db.get(Vehicle, tanker.id), tanker)
    assert.equal(car.id > 0, true)
    await db.rollback()
    assert.equal((car as { id?: number }).id, undefined)
    assert.deepEqual({ ...(await db.one(select(Tanker))) }, copy)
    assert.equal(await db.scalar(select(count()).from(Vehicle)), 5)
  })

  test("an unknown discriminator is an error, whichever table is asked (116)", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    await db.execute(sql`update vehicle set kind = 'boat' where name = 'Truck'`)
    await assert.rejects(db.all(select(Vehicle)), UnknownSubtypeError)
    await assert.rejects(db.all(select(Truck)), UnknownSubtypeError)
  })

  test("statements write to the base's table, and are refused for what stands in several (31)", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    assert.equal((await db.execute(update(Vehicle).set({ name: "v" }).where(Vehicle.c.wheels.eq(2)))).rowCount, 1)
    for (const statement of [
      update(Car).set({ seats: 1 }).allRows(),
      deleteFrom(Truck).allRows(),
      insert(Car).values({ name: "x", seats: 1 }),
      update(Van).set({ racks: 1 }).allRows(),
    ])
      await assert.rejects(
        db.execute(statement),
        (error) => error instanceof StatementError && /rows stand in vehicle and/.test(error.message),
      )
    await assert.rejects(db.execute(update(Vehicle).set({ name: "x" }).allRows().returning()), StatementError)
    assert.deepEqual((await db.all(update(Vehicle).set({ wheels: 3 }).where(Vehicle.c.name.eq("v")).returning(Vehicle.c.wheels))).length, 1)
    await db.execute(deleteFrom(VehiclePart).allRows())
    await db.execute(deleteFrom(Trip).allRows())
    // The rows of the other tables go with those of the base.
    await db.execute(deleteFrom(Vehicle).where(Vehicle.c.name.eq("Tanker")))
    assert.deepEqual(classes(await db.all(select(Truck))), ["Truck"])
  })

  test("subqueries, JSON and locks work over several tables", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const some = select(Vehicle).where(Vehicle.c.wheels.eq(4)).as("some")
    assert.deepEqual(classes(await db.all(select(some).orderBy(some.c.name))), ["Car", "Tanker", "Truck", "Van"])
    const [json] = await db.all(select(jsonBuildObject({ vehicles: jsonAgg(Vehicle, { orderBy: Vehicle.c.name }) })).from(Vehicle))
    assert.deepEqual(classes(json!.vehicles), ["Car", "Vehicle", "Tanker", "Truck", "Van"])
    assert.deepEqual({ ...json!.vehicles[3] }, { ...(await db.one(select(Truck).where(Truck.c.name.eq("Truck")))) })
    assert.equal(await db.scalar(select(count()).from(Vehicle)), 5)
  })

  test(
    "rows of a family are locked in the table that each of them has",
    unless(database, "lateralJoins", "SQLite locks no rows"),
    async () => {
      const { sessions } = await filled()
      await using db = sessions()
      assert.equal((await db.all(select(Vehicle).forUpdate())).length, 5)
      assert.equal((await db.all(select(Truck).forUpdate({ of: Truck }))).length, 2)
    },
  )

  test("an outer join that keeps unmatched rows refuses a subtype that shares one of several tables", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const statement = select({ owner: Owner.c.name, van: Van }).from(Van).rightJoin(Owner, Owner.c.id.eq(Van.c.ownerId))
    await assert.rejects(db.all(statement), StatementError)
    const vans = select(Van).as("vans")
    const rows = await db.all(select({ owner: Owner.c.name, van: vans }).from(vans).rightJoin(Owner, Owner.c.id.eq(vans.c.ownerId)))
    assert.deepEqual(rows, [{ owner: "Ann", van: null }])
  })

  test("statements about a parent may look at columns of a subtype", async () => {
    const { sessions } = await filled()
    await using db = sessions()
    const truck = subtypeColumns(Vehicle, Truck)
    const tanker = subtypeColumns(Vehicle, Tanker)
    const heavy = select(Vehicle)
      .where(or(truck.load.gt(5), Vehicle.c.wheels.eq(2)))
      .orderBy(Vehicle.c.name)
    assert.deepEqual(classes(await db.all(heavy)), ["Vehicle", "Tanker"])
    assert.deepEqual(
      await db.all(select({ name: tanker.name, liquid: tanker.liquid, load: truck.load }).from(Vehicle).orderBy(Vehicle.c.name)),
      [
        { name: "Car", liquid: null, load: null },
        { name: "Cart", liquid: null, load: null },
        { name: "Tanker", liquid: "milk", load: 9 },
        { name: "Truck", liquid: null, load: 5 },
        { name: "Van", liquid: null, load: null },
      ],
    )
    const other = aliased(Vehicle, "other")
    assert.deepEqual(classes(await db.all(select(other).where(subtypeColumns(other, Car).seats.eq(4)))), ["Car"])
    const some = select(Vehicle).as("some")
    assert.deepEqual(classes(await db.all(select(some).where(subtypeColumns(some, Truck).weight.eq(7)))), ["Truck"])
    assert.throws(() => subtypeColumns(Car, Truck), ArgumentError)
    assert.throws(() => subtypeColumns(Owner, Truck), ArgumentError)
  })

  test("cascades go along the relations of a base and of its subtypes", async () => {
    const engine = await database.engine()
    const Cascades = declarativeBase()
    const cascade = { delete: true, deleteOrphan: true }
    class Fleet extends Cascades.model("fleet", { id: integer().primaryKey().identity() }) {
      static readonly ships = oneToMany(() => Ship, { cascade })
    }
    class Ship extends Cascades.model(
      "ship",
      { id: integer().primaryKey().identity(), kind: text(), fleetId: integer().references(() => Fleet.c.id) },
      () => [],
      { polymorphicOn: "kind", identity: "ship" },
    ) {}
    class Ferry extends Ship.subtype({ identity: "ferry", table: "ferry" }, () => Ferry, { seats: integer() }) {
      static readonly decks = oneToMany(() => Deck, { cascade })
    }
    class Deck extends Cascades.model("deck", { id: integer().primaryKey().identity(), ferryId: integer().references(() => Ferry.c.id) }) {
      static readonly ferry = manyToOne(() => Ferry)
    }
    await createModelTables(engine, Cascades.metadata)
    const sessions = sessionmaker(engine)
    await sessions.begin((db) => {
      const ferry = db.add(Ferry, { seats: 1, fleetId: 0, decks: [new Deck({ ferryId: 0 }), new Deck({ ferryId: 0 })] })
      db.add(Fleet, { ships: [ferry, new Ship({ fleetId: 0 })] })
    })
    await using db = sessions()
    const fleet = await db.one(select(Fleet).with("ships"))
    await db.load(
      Ferry,
      fleet.ships.filter((ship) => ship instanceof Ferry),
      (q) => q.with("decks"),
    )
    using recording = record(engine)
    db.delete(fleet)
    await db.flush()
    assert.deepEqual(distinct(recording.statements), ["begin", "delete deck", "delete ferry", "delete ship", "delete fleet"])
  })

  test("expressions are written to the tables whose columns they give", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const tanker = await db.one(select(Tanker))
    db.assign(tanker, { load: Tanker.c.load.plus(1), wheels: Tanker.c.wheels.plus(2), liquid: Tanker.c.liquid.concat("!") })
    using recording = record(engine)
    await db.flush()
    assert.deepEqual(brief(recording.statements).toSorted(), ["begin", "update tanker", "update truck", "update vehicle"])
    assert.deepEqual([tanker.load, tanker.wheels, tanker.liquid], [10, 6, "milk!"])
    await db.commit()
    await using other = sessions()
    assert.deepEqual({ ...(await other.one(select(Tanker))) }, { ...tanker })
  })

  test("a new entity takes over the rows of a deleted one of its class, and replaces those of another", async () => {
    const { engine, sessions } = await filled()
    await using db = sessions()
    const car = await db.one(select(Car).where(Car.c.name.eq("Car")))
    const van = await db.one(select(Van))
    db.delete(car)
    db.delete(van)
    using recording = record(engine)
    const next = db.add(Object.assign(new Car({ name: "Next", seats: 9, owner: null } as never), { id: car.id }))
    const truck = db.add(Object.assign(new Truck({ name: "Other", load: 1 }), { id: van.id }))
    await db.flush()
    assert.deepEqual(brief(recording.statements).toSorted(), [
      "begin",
      "delete car",
      "delete vehicle",
      "delete vehicle_part",
      "delete vehicle_part",
      "insert truck",
      "insert vehicle",
      "update car",
      "update vehicle",
    ])
    assert.equal(await db.get(Vehicle, van.id), truck)
    assert.equal(await db.get(Car, car.id), next)
    await db.commit()
    await using other = sessions()
    assert.deepEqual({ ...(await other.get(Vehicle, car.id)) }, { ...(({ owner: _, ...rest }) => rest)(next as Car & { owner: unknown }) })
    assert.ok((await other.get(Vehicle, van.id)) instanceof Truck)
  })

  test("a version of the base counts changes of all tables (31)", async () => {
    const engine = await database.engine()
    const Versions = declarativeBase()
    class Page extends Versions.model(
      "page",
      { id: integer().primaryKey().identity(), kind: text(), title: text(), version: integer().version() },
      () => [],
      { polymorphicOn: "kind", identity: "page" },
    ) {}
    class Article extends Page.subtype({ identity: "article", table: "article" }, () => Article, { body: text() }) {}
    await createModelTables(engine, Versions.metadata)
    const sessions = sessionmaker(engine)
    const article = await sessions.begin((db) => db.add(new Article({ title: "t", body: "b" })))
    assert.equal(article.version, 1)
    await using db = sessions()
    const loaded = await db.one(select(Article))
    loaded.body = "c"
    using recording = record(engine)
    await db.flush()
    assert.equal(loaded.version, 2)
    assert.deepEqual(brief(recording.statements), ["begin", "update page", "update article"])
    // Text is not looked into: the session does not know, as of what others write.
    await db.execute(sql`update page set version = 7`)
    loaded.body = "d"
    await assert.rejects(db.flush(), StaleDataError)
  })
})

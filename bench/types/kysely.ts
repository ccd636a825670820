import type { Library } from "./library.ts"
import { columnsOf, type ColumnPlan, grouped, literalOf, newRow, type SharedKind, type StatementPlan, type TablePlan } from "./project.ts"

const types: Record<ColumnPlan["kind"], string> = {
  integer: "number",
  bigint: "bigint",
  text: "string",
  numeric: "string",
  boolean: "boolean",
  timestamptz: "Date",
  date: "string",
  jsonb: "{ tags: string[]; depth: number }",
}

/** The project in Kysely: tables as interfaces, as its code generators write them, and its helpers for nested rows. */
export const kysely: Library<SharedKind> = {
  name: "kysely",
  models: (project) => {
    const domains = [...grouped(project.tables, (table) => table.domain)]
    const members = project.tables.map((table) => `  ${table.name}: ${table.className}`)
    const imports = domains.map(
      ([domain, tables]) => `import type { ${tables.map((table) => table.className).join(", ")} } from "./${domain}.ts"`,
    )
    return {
      "database.ts": `${imports.join("\n")}\nexport interface Database {\n${members.join("\n")}\n}\n`,
      ...Object.fromEntries(domains.map(([domain, tables]) => [`${domain}.ts`, tableFile(tables)])),
    }
  },
  statements: (plans) =>
    [
      'import type { Kysely } from "kysely"',
      'import { jsonArrayFrom, jsonObjectFrom } from "kysely/helpers/postgres"',
      'import type { Database } from "./database.ts"',
      ...plans.map((plan) => `export async function ${plan.name}(db: Kysely<Database>) {\n${bodies[plan.kind](plan, words(plan))}\n}\n`),
    ].join("\n"),
}

function tableFile(tables: readonly TablePlan[]): string {
  const text = tables.map((table) => {
    const columns = columnsOf(table).map((each) => {
      const type = each.nullable ? `${types[each.kind]} | null` : types[each.kind]
      return `  ${each.key}: ${each.hasDefault ? `Generated<${type}>` : type}`
    })
    return `export interface ${table.className} {\n${columns.join("\n")}\n}\n`
  })
  return `import type { Generated } from "kysely"\n${text.join("\n")}`
}

function words(plan: StatementPlan) {
  const [t, p, o] = [plan.table.name, plan.parent.name, plan.other.name]
  return {
    ...{ t, p, o, n: plan.index },
    text: `${t}.${plan.text.key}`,
    number: `${t}.${plan.number.key}`,
    key: `${t}.${plan.key.key}`,
    otherKey: `${t}.${plan.otherKey.key}`,
    parentText: `${p}.${plan.parentText.key}`,
    parentNumber: `${p}.${plan.parentNumber.key}`,
    otherText: `${o}.${plan.otherText.key}`,
  }
}
type Words = ReturnType<typeof words>

const bodies: Record<SharedKind, (plan: StatementPlan, w: Words) => string> = {
  byKey: (p, w) => `  const row = await db.selectFrom("${w.t}").selectAll().where("id", "=", ${w.n}).executeTakeFirst()
  return row === undefined ? null : [row.id, row.${p.text.key}, row.${p.moment.key}]`,
  list: (p, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .selectAll()
    .where("${p.text.key}", "like", "a%")
    .where((eb) => eb.between("${p.number.key}", 1, ${w.n}))
    .where("${p.moment.key}", ">=", new Date(0))
    .where("id", "in", [1, 2, ${w.n}])
    .orderBy("${p.moment.key}", "desc")
    .orderBy("id", "asc")
    .limit(20)
    .offset(40)
    .execute()
  return rows.map((row) => [row.id, row.${p.text.key}, row.${p.number.key}])`,
  columns: (p, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .select(["id", "${p.text.key} as text", "${p.title.key} as title", "${p.number.key} as number", "${p.moment.key} as at"])
    .where((eb) => eb.or([eb("${p.text.key}", "=", "a"), eb.and([eb("${p.number.key}", ">", ${w.n}), eb("${p.title.key}", "!=", "b")])]))
    .execute()
  return rows.map((row) => [row.id, row.text, row.title, row.number, row.at])`,
  join: (_, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .innerJoin("${w.p}", "${w.p}.id", "${w.key}")
    .select(["${w.t}.id", "${w.text} as text", "${w.parentText} as parent"])
    .where("${w.number}", ">", ${w.n})
    .where("${w.parentText}", "=", "a")
    .orderBy("${w.parentText}", "asc")
    .execute()
  return rows.map((row) => [row.id, row.text, row.parent])`,
  leftJoin: (_, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .leftJoin("${w.p}", "${w.p}.id", "${w.key}")
    .select(["${w.t}.id", "${w.text} as text", "${w.parentText} as parent", "${w.parentNumber} as count"])
    .where("${w.number}", ">", ${w.n})
    .orderBy("${w.t}.id", "asc")
    .execute()
  return rows.map((row) => [row.id, row.text, row.parent, row.count])`,
  joins: (_, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .innerJoin("${w.p}", "${w.p}.id", "${w.key}")
    .leftJoin("${w.o}", "${w.o}.id", "${w.otherKey}")
    .select(["${w.t}.id", "${w.parentText} as parent", "${w.otherText} as other"])
    .where((eb) => eb.or([eb("${w.parentText}", "=", "a"), eb("${w.otherText}", "is", null)]))
    .limit(${w.n})
    .execute()
  return rows.map((row) => [row.id, row.parent, row.other])`,
  group: (p, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .select((eb) => [
      "${p.key.key} as parent",
      eb.fn.countAll().as("rows"),
      eb.fn.sum("${p.number.key}").as("total"),
      eb.fn.max("${p.moment.key}").as("last"),
    ])
    .where("${p.text.key}", "!=", "a")
    .groupBy("${p.key.key}")
    .having((eb) => eb.fn.countAll(), ">", ${w.n})
    .orderBy((eb) => eb.fn.sum("${p.number.key}"), "desc")
    .execute()
  return rows.map((row) => [row.parent, row.rows, row.total, row.last])`,
  exists: (p, w) => `  const rows = await db
    .selectFrom("${w.p}")
    .selectAll()
    .where((eb) =>
      eb.exists(eb.selectFrom("${w.t}").select("${w.t}.id").whereRef("${w.key}", "=", "${w.p}.id").where("${w.number}", ">", ${w.n})),
    )
    .where("${p.parentText.key}", "!=", "a")
    .execute()
  return rows.map((row) => [row.id, row.${p.parentText.key}])`,
  inSubquery: (p, w) => `  const rows = await db
    .selectFrom("${w.p}")
    .selectAll()
    .where("id", "in", (eb) => eb.selectFrom("${w.t}").select("${w.key}").where("${w.number}", "<", ${w.n}))
    .execute()
  return rows.map((row) => [row.id, row.${p.parentText.key}])`,
  derivedTable: (p, w) => `  const rows = await db
    .selectFrom("${w.p}")
    .leftJoin(
      (eb) =>
        eb
          .selectFrom("${w.t}")
          .select((each) => ["${p.key.key} as parent", each.fn.sum("${p.number.key}").as("total"), each.fn.countAll().as("rows")])
          .groupBy("${p.key.key}")
          .as("stats"),
      (join) => join.onRef("stats.parent", "=", "${w.p}.id"),
    )
    .select(["${w.p}.id", "${w.parentText} as text", "stats.total", "stats.rows"])
    .where("stats.rows", ">", ${w.n})
    .execute()
  return rows.map((row) => [row.id, row.text, row.total, row.rows])`,
  cte: (p, w) => `  const rows = await db
    .with("stats", (eb) =>
      eb
        .selectFrom("${w.t}")
        .select((each) => ["${p.key.key} as parent", each.fn.sum("${p.number.key}").as("total"), each.fn.countAll().as("rows")])
        .groupBy("${p.key.key}"),
    )
    .selectFrom("${w.p}")
    .innerJoin("stats", "stats.parent", "${w.p}.id")
    .select(["${w.p}.id", "${w.parentText} as text", "stats.total"])
    .where("stats.rows", ">", ${w.n})
    .execute()
  return rows.map((row) => [row.id, row.text, row.total])`,
  union: (p, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .select(["id", "${p.text.key} as text"])
    .where("${p.number.key}", ">", ${w.n})
    .union(db.selectFrom("${w.p}").select(["id", "${p.parentText.key} as text"]))
    .limit(10)
    .execute()
  return rows.map((row) => [row.id, row.text])`,
  alias: (p, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .innerJoin("${w.t} as twin", (join) => join.onRef("twin.${p.key.key}", "=", "${w.key}").onRef("twin.id", ">", "${w.t}.id"))
    .select(["${w.t}.id", "twin.id as twin", "twin.${p.text.key} as text"])
    .where("${w.number}", "=", ${w.n})
    .execute()
  return rows.map((row) => [row.id, row.twin, row.text])`,
  insertOne: (p, w) => `  const row = await db
    .insertInto("${w.t}")
    .values(${newRow(p.table, p.index, literalOf)})
    .returningAll()
    .executeTakeFirstOrThrow()
  return [row.id, row.${p.text.key}]`,
  insertMany: (p, w) => `  const rows = await db
    .insertInto("${w.t}")
    .values([${newRow(p.table, p.index, literalOf)}, ${newRow(p.table, p.index + 1, literalOf)}])
    .returning(["id", "${p.text.key} as text"])
    .execute()
  return rows.map((row) => [row.id, row.text])`,
  upsert: (p, w) => `  await db
    .insertInto("${w.t}")
    .values(${newRow(p.table, p.index, literalOf)})
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ ${p.text.key}: "b", ${p.number.key}: ${w.n} }))
    .execute()`,
  update: (p, w) => `  const rows = await db
    .updateTable("${w.t}")
    .set((eb) => ({ ${p.text.key}: "b", ${p.moment.key}: new Date(0), ${p.number.key}: eb("${p.number.key}", "+", 1) }))
    .where("id", "=", ${w.n})
    .returning(["id", "${p.number.key} as number"])
    .execute()
  return rows.map((row) => [row.id, row.number])`,
  updateMany: (p, w) => `  await db
    .updateTable("${w.t}")
    .set({ ${p.title.key}: "b" })
    .where("${p.text.key}", "=", "a")
    .where("${p.number.key}", "<=", ${w.n})
    .where("${p.key.key}", "in", [1, 2])
    .execute()`,
  remove: (p, w) => `  const rows = await db
    .deleteFrom("${w.t}")
    .where("${p.moment.key}", "<", new Date(0))
    .where("${p.number.key}", ">", ${w.n})
    .returning("id")
    .execute()
  return rows.map((row) => row.id)`,
  load: (p, w) => `  const rows = await db
    .selectFrom("${w.t}")
    .selectAll()
    .select((eb) => [
      jsonObjectFrom(eb.selectFrom("${w.p}").selectAll().whereRef("${w.p}.id", "=", "${w.key}")).$notNull().as("parentRow"),
      jsonObjectFrom(eb.selectFrom("${w.o}").selectAll().whereRef("${w.o}.id", "=", "${w.otherKey}")).$notNull().as("otherRow"),
    ])
    .where("${p.number.key}", ">", ${w.n})
    .orderBy("id", "asc")
    .limit(10)
    .execute()
  return rows.map((row) => [row.id, row.parentRow.${p.parentText.key}, row.otherRow.${p.otherText.key}])`,
  loadMany: (p, w) => `  const rows = await db
    .selectFrom("${w.p}")
    .selectAll()
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom("${w.t}")
          .selectAll()
          .select((each) =>
            jsonObjectFrom(each.selectFrom("${w.o}").selectAll().whereRef("${w.o}.id", "=", "${w.otherKey}")).$notNull().as("otherRow"),
          )
          .whereRef("${w.key}", "=", "${w.p}.id")
          .orderBy("${w.t}.id", "asc")
          .limit(3),
      ).as("childRows"),
    )
    .where("${p.parentNumber.key}", ">", ${w.n})
    .limit(10)
    .execute()
  return rows.map((row) => [row.id, row.childRows.map((each) => [each.${p.text.key}, each.otherRow.${p.otherText.key}])])`,
  unit: (p, w) => `  await db.transaction().execute(async (tx) => {
    const row = await tx.selectFrom("${w.t}").selectAll().where("id", "=", ${w.n}).executeTakeFirst()
    if (row === undefined) return
    await tx.updateTable("${w.t}").set({ ${p.text.key}: "b", ${p.number.key}: row.${p.number.key} + 1 }).where("id", "=", row.id).execute()
    await tx.insertInto("${w.t}").values(${newRow(p.table, p.index, literalOf)}).execute()
    const old = await tx.selectFrom("${w.t}").selectAll().where("${p.number.key}", "<", ${w.n}).executeTakeFirst()
    if (old !== undefined) await tx.deleteFrom("${w.t}").where("id", "=", old.id).execute()
  })`,
}

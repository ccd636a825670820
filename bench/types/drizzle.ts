import type { Library } from "./library.ts"
import { columnsOf, type ColumnPlan, grouped, literalOf, newRow, type SharedKind, type StatementPlan, type TablePlan } from "./project.ts"

const builders: Record<ColumnPlan["kind"], (name: string) => string> = {
  integer: (name) => `integer("${name}")`,
  bigint: (name) => `bigint("${name}", { mode: "bigint" })`,
  text: (name) => `text("${name}")`,
  numeric: (name) => `numeric("${name}")`,
  boolean: (name) => `boolean("${name}")`,
  timestamptz: (name) => `timestamp("${name}", { withTimezone: true })`,
  date: (name) => `date("${name}")`,
  jsonb: (name) => `jsonb("${name}").$type<{ tags: string[]; depth: number }>()`,
}

/** The project in Drizzle: tables and relations, its query builder, and its relational queries for nested rows. */
export const drizzle: Library<SharedKind> = {
  name: "drizzle",
  models: (project) => {
    const domains = [...grouped(project.tables, (table) => table.domain)]
    const imports = domains.map(([domain]) => `import * as ${domain} from "./${domain}.ts"`)
    return {
      "database.ts": [
        'import { drizzle } from "drizzle-orm/node-postgres"',
        ...imports,
        `export const database = drizzle("postgresql://localhost", { schema: { ${domains.map(([domain]) => `...${domain}`).join(", ")} } })`,
        "export type Database = typeof database\n",
      ].join("\n"),
      ...Object.fromEntries(domains.map(([domain, tables]) => [`${domain}.ts`, tableFile(tables)])),
    }
  },
  statements: (plans) =>
    [
      'import { and, asc, between, count, desc, eq, exists, gt, gte, inArray, isNull, like, lt, lte, max, ne, or, sql, sum } from "drizzle-orm"',
      'import { alias } from "drizzle-orm/pg-core"',
      'import type { Database } from "./database.ts"',
      ...importLines(plans.flatMap(({ table, parent, other }) => [table, parent, other])),
      ...plans.map((plan) => `export async function ${plan.name}(db: Database) {\n${bodies[plan.kind](plan, words(plan))}\n}\n`),
    ].join("\n"),
}

function tableFile(tables: readonly TablePlan[]): string {
  const domain = tables[0]!.domain
  const foreign = tables.flatMap((table) => [...table.references.map(({ target }) => target), ...table.children])
  return [
    'import { relations } from "drizzle-orm"',
    'import { bigint, boolean, date, integer, jsonb, numeric, pgTable, text, timestamp } from "drizzle-orm/pg-core"',
    ...importLines(foreign.filter((table) => table.domain !== domain)),
    ...tables.map(tableText),
  ].join("\n")
}

function importLines(tables: readonly TablePlan[]): string[] {
  const byDomain = grouped([...new Set(tables)], (table) => table.domain)
  return [...byDomain].map(([domain, of]) => `import { ${of.map((table) => table.variable).join(", ")} } from "./${domain}.ts"`)
}

function tableText(table: TablePlan): string {
  const columns = columnsOf(table).map((each) => `  ${each.key}: ${columnText(each)},`)
  const relations = [
    ...table.references.map(
      (each) =>
        `  ${each.target.variable}: one(${each.target.variable}, { fields: [${table.variable}.${each.key}], references: [${each.target.variable}.id] }),`,
    ),
    ...table.children.map((child) => `  ${child.variable}s: many(${child.variable}),`),
  ]
  const words = [table.references.length > 0 ? "one" : "", table.children.length > 0 ? "many" : ""].filter((word) => word !== "")
  return [
    `export const ${table.variable} = pgTable("${table.name}", {`,
    ...columns,
    "})",
    `export const ${table.variable}Relations = relations(${table.variable}, ({ ${words.join(", ")} }) => ({`,
    ...relations,
    "}))\n",
  ].join("\n")
}

function columnText(column: ColumnPlan): string {
  if (column.key === "id") return 'integer("id").primaryKey().generatedByDefaultAsIdentity()'
  const target = "target" in column ? (column as TablePlan["references"][number]).target : undefined
  const reference = target === undefined ? "" : `.references(() => ${target.variable}.id)`
  return `${builders[column.kind](column.name)}${column.nullable ? "" : ".notNull()"}${column.hasDefault ? ".defaultNow()" : ""}${reference}`
}

function words(plan: StatementPlan) {
  const [t, p, o] = [plan.table.variable, plan.parent.variable, plan.other.variable]
  return {
    ...{ t, p, o, n: plan.index },
    text: `${t}.${plan.text.key}`,
    title: `${t}.${plan.title.key}`,
    number: `${t}.${plan.number.key}`,
    moment: `${t}.${plan.moment.key}`,
    key: `${t}.${plan.key.key}`,
    otherKey: `${t}.${plan.otherKey.key}`,
    parentText: `${p}.${plan.parentText.key}`,
    parentNumber: `${p}.${plan.parentNumber.key}`,
    otherText: `${o}.${plan.otherText.key}`,
  }
}
type Words = ReturnType<typeof words>

const bodies: Record<SharedKind, (plan: StatementPlan, w: Words) => string> = {
  byKey: (p, w) => `  const [row] = await db.select().from(${w.t}).where(eq(${w.t}.id, ${w.n}))
  return row === undefined ? null : [row.id, row.${p.text.key}, row.${p.moment.key}]`,
  list: (p, w) => `  const rows = await db
    .select()
    .from(${w.t})
    .where(and(like(${w.text}, "a%"), between(${w.number}, 1, ${w.n}), gte(${w.moment}, new Date(0)), inArray(${w.t}.id, [1, 2, ${w.n}])))
    .orderBy(desc(${w.moment}), asc(${w.t}.id))
    .limit(20)
    .offset(40)
  return rows.map((row) => [row.id, row.${p.text.key}, row.${p.number.key}])`,
  columns: (_, w) => `  const rows = await db
    .select({ id: ${w.t}.id, text: ${w.text}, title: ${w.title}, number: ${w.number}, at: ${w.moment} })
    .from(${w.t})
    .where(or(eq(${w.text}, "a"), and(gt(${w.number}, ${w.n}), ne(${w.title}, "b"))))
  return rows.map((row) => [row.id, row.text, row.title, row.number, row.at])`,
  join: (_, w) => `  const rows = await db
    .select({ id: ${w.t}.id, text: ${w.text}, parent: ${w.parentText} })
    .from(${w.t})
    .innerJoin(${w.p}, eq(${w.p}.id, ${w.key}))
    .where(and(gt(${w.number}, ${w.n}), eq(${w.parentText}, "a")))
    .orderBy(asc(${w.parentText}))
  return rows.map((row) => [row.id, row.text, row.parent])`,
  leftJoin: (_, w) => `  const rows = await db
    .select({ id: ${w.t}.id, text: ${w.text}, parent: ${w.parentText}, count: ${w.parentNumber} })
    .from(${w.t})
    .leftJoin(${w.p}, eq(${w.p}.id, ${w.key}))
    .where(gt(${w.number}, ${w.n}))
    .orderBy(asc(${w.t}.id))
  return rows.map((row) => [row.id, row.text, row.parent, row.count])`,
  joins: (_, w) => `  const rows = await db
    .select({ id: ${w.t}.id, parent: ${w.parentText}, other: ${w.otherText} })
    .from(${w.t})
    .innerJoin(${w.p}, eq(${w.p}.id, ${w.key}))
    .leftJoin(${w.o}, eq(${w.o}.id, ${w.otherKey}))
    .where(or(eq(${w.parentText}, "a"), isNull(${w.otherText})))
    .limit(${w.n})
  return rows.map((row) => [row.id, row.parent, row.other])`,
  group: (_, w) => `  const rows = await db
    .select({ parent: ${w.key}, rows: count(), total: sum(${w.number}), last: max(${w.moment}) })
    .from(${w.t})
    .where(ne(${w.text}, "a"))
    .groupBy(${w.key})
    .having(gt(count(), ${w.n}))
    .orderBy(desc(sum(${w.number})))
  return rows.map((row) => [row.parent, row.rows, row.total, row.last])`,
  exists: (p, w) => `  const rows = await db
    .select()
    .from(${w.p})
    .where(
      and(
        exists(db.select({ id: ${w.t}.id }).from(${w.t}).where(and(eq(${w.key}, ${w.p}.id), gt(${w.number}, ${w.n})))),
        ne(${w.parentText}, "a"),
      ),
    )
  return rows.map((row) => [row.id, row.${p.parentText.key}])`,
  inSubquery: (p, w) => `  const rows = await db
    .select()
    .from(${w.p})
    .where(inArray(${w.p}.id, db.select({ key: ${w.key} }).from(${w.t}).where(lt(${w.number}, ${w.n}))))
  return rows.map((row) => [row.id, row.${p.parentText.key}])`,
  derivedTable: (_, w) => `  const stats = db
    .select({ parent: ${w.key}, total: sum(${w.number}).as("total"), rows: count().as("rows") })
    .from(${w.t})
    .groupBy(${w.key})
    .as("stats")
  const rows = await db
    .select({ id: ${w.p}.id, text: ${w.parentText}, total: stats.total, rows: stats.rows })
    .from(${w.p})
    .leftJoin(stats, eq(stats.parent, ${w.p}.id))
    .where(gt(stats.rows, ${w.n}))
  return rows.map((row) => [row.id, row.text, row.total, row.rows])`,
  cte: (_, w) => `  const stats = db.$with("stats").as(
    db
      .select({ parent: ${w.key}, total: sum(${w.number}).as("total"), rows: count().as("rows") })
      .from(${w.t})
      .groupBy(${w.key}),
  )
  const rows = await db
    .with(stats)
    .select({ id: ${w.p}.id, text: ${w.parentText}, total: stats.total })
    .from(${w.p})
    .innerJoin(stats, eq(stats.parent, ${w.p}.id))
    .where(gt(stats.rows, ${w.n}))
  return rows.map((row) => [row.id, row.text, row.total])`,
  union: (_, w) => `  const rows = await db
    .select({ id: ${w.t}.id, text: ${w.text} })
    .from(${w.t})
    .where(gt(${w.number}, ${w.n}))
    .union(db.select({ id: ${w.p}.id, text: ${w.parentText} }).from(${w.p}))
    .limit(10)
  return rows.map((row) => [row.id, row.text])`,
  alias: (p, w) => `  const twin = alias(${w.t}, "twin")
  const rows = await db
    .select({ id: ${w.t}.id, twin: twin.id, text: twin.${p.text.key} })
    .from(${w.t})
    .innerJoin(twin, and(eq(twin.${p.key.key}, ${w.key}), gt(twin.id, ${w.t}.id)))
    .where(eq(${w.number}, ${w.n}))
  return rows.map((row) => [row.id, row.twin, row.text])`,
  insertOne: (p, w) => `  const [row] = await db.insert(${w.t}).values(${newRow(p.table, p.index, literalOf)}).returning()
  return [row?.id, row?.${p.text.key}]`,
  insertMany: (p, w) => `  const rows = await db
    .insert(${w.t})
    .values([${newRow(p.table, p.index, literalOf)}, ${newRow(p.table, p.index + 1, literalOf)}])
    .returning({ id: ${w.t}.id, text: ${w.text} })
  return rows.map((row) => [row.id, row.text])`,
  upsert: (p, w) => `  await db
    .insert(${w.t})
    .values(${newRow(p.table, p.index, literalOf)})
    .onConflictDoUpdate({ target: ${w.t}.id, set: { ${p.text.key}: "b", ${p.number.key}: ${w.n} } })`,
  update: (p, w) => `  const rows = await db
    .update(${w.t})
    .set({ ${p.text.key}: "b", ${p.moment.key}: new Date(0), ${p.number.key}: sql\`\${${w.number}} + 1\` })
    .where(eq(${w.t}.id, ${w.n}))
    .returning({ id: ${w.t}.id, number: ${w.number} })
  return rows.map((row) => [row.id, row.number])`,
  updateMany: (p, w) => `  await db
    .update(${w.t})
    .set({ ${p.title.key}: "b" })
    .where(and(eq(${w.text}, "a"), lte(${w.number}, ${w.n}), inArray(${w.key}, [1, 2])))`,
  remove: (_, w) => `  const rows = await db
    .delete(${w.t})
    .where(and(lt(${w.moment}, new Date(0)), gt(${w.number}, ${w.n})))
    .returning({ id: ${w.t}.id })
  return rows.map((row) => row.id)`,
  load: (p, w) => `  const rows = await db.query.${w.t}.findMany({
    where: gt(${w.number}, ${w.n}),
    with: { ${w.p}: true, ${w.o}: true },
    orderBy: asc(${w.t}.id),
    limit: 10,
  })
  return rows.map((row) => [row.id, row.${w.p}.${p.parentText.key}, row.${w.o}.${p.otherText.key}])`,
  loadMany: (p, w) => `  const rows = await db.query.${w.p}.findMany({
    where: gt(${w.parentNumber}, ${w.n}),
    with: { ${w.t}s: { with: { ${w.o}: true }, orderBy: asc(${w.t}.id), limit: 3 } },
    limit: 10,
  })
  return rows.map((row) => [row.id, row.${w.t}s.map((each) => [each.${p.text.key}, each.${w.o}.${p.otherText.key}])])`,
  unit: (p, w) => `  await db.transaction(async (tx) => {
    const [row] = await tx.select().from(${w.t}).where(eq(${w.t}.id, ${w.n}))
    if (row === undefined) return
    await tx.update(${w.t}).set({ ${p.text.key}: "b", ${p.number.key}: row.${p.number.key} + 1 }).where(eq(${w.t}.id, row.id))
    await tx.insert(${w.t}).values(${newRow(p.table, p.index, literalOf)})
    const [old] = await tx.select().from(${w.t}).where(lt(${w.number}, ${w.n})).limit(1)
    if (old !== undefined) await tx.delete(${w.t}).where(eq(${w.t}.id, old.id))
  })`,
}

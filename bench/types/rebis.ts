import { type ColumnPlan, columnsOf, grouped, literalOf, newRow, type SharedKind, type StatementPlan, type TablePlan } from "./project.ts"
import type { Library } from "./library.ts"
import { ownBodies, type OwnKind } from "./rebis-own.ts"
import { body, type Body } from "./rebis-words.ts"

export type RebisKind = SharedKind | OwnKind

const builders: Record<ColumnPlan["kind"], string> = {
  integer: "integer()",
  bigint: "bigint()",
  text: "text()",
  numeric: "numeric()",
  boolean: "boolean()",
  timestamptz: "timestamptz()",
  date: "date()",
  jsonb: "jsonb<{ tags: string[]; depth: number }>()",
}

/** The project in Rebis. */
export const rebis: Library<RebisKind> = {
  name: "rebis",
  models: (project) => ({
    "base.ts": `import { declarativeBase } from "rebis"\nexport const Base = declarativeBase()\n`,
    ...Object.fromEntries(
      [...grouped(project.tables, (table) => table.domain)].map(([domain, tables]) => [`${domain}.ts`, modelFile(tables)]),
    ),
  }),
  statements: (plans) =>
    [
      'import { aliased, and, any, avg, caseWhen, coalesce, count, deleteFrom, exists, greatest, insert, integer, jsonAgg, jsonBuildObject } from "rebis"',
      'import { lag, length, lower, max, not, or, prepared, recursive, round, rowNumber, type Session, select, sum, text, tuple, update } from "rebis"',
      ...importsOf(plans),
      ...plans.map(statement),
    ].join("\n"),
}

function modelFile(tables: readonly TablePlan[]): string {
  const domain = tables[0]!.domain
  const foreign = new Set(tables.flatMap((table) => [...table.references.map(({ target }) => target), ...table.children]))
  return [
    'import { bigint, boolean, date, integer, jsonb, manyToOne, numeric, oneToMany, text, timestamptz } from "rebis"',
    'import { Base } from "./base.ts"',
    ...importLines([...foreign].filter((table) => table.domain !== domain)),
    ...tables.map(model),
  ].join("\n")
}

function model(table: TablePlan): string {
  const columns = columnsOf(table).map((each) => `  ${each.key}: ${columnText(each)},`)
  const relations = [
    ...table.references.map(({ target }) => `  static readonly ${target.variable} = manyToOne(() => ${target.className})`),
    ...table.children.map((child) => `  static readonly ${child.variable}s = oneToMany(() => ${child.className})`),
  ]
  return `export class ${table.className} extends Base.model("${table.name}", {\n${columns.join("\n")}\n}) {\n${relations.join("\n")}\n}\n`
}

function columnText(column: ColumnPlan): string {
  if (column.key === "id") return "integer().primaryKey().identity()"
  const target = "target" in column ? (column as TablePlan["references"][number]).target : undefined
  const reference = target === undefined ? "" : `.references(() => ${target.className}.c.id)`
  const nullable = column.nullable ? ".nullable()" : ""
  return `${builders[column.kind]}${nullable}${column.hasDefault ? ".defaultNow()" : ""}${reference}`
}

function importsOf(plans: readonly StatementPlan[]): string[] {
  return importLines(plans.flatMap(({ table, parent, other }) => [table, parent, other]))
}

function importLines(tables: readonly TablePlan[]): string[] {
  const byDomain = grouped([...new Set(tables)], (table) => table.domain)
  return [...byDomain].map(([domain, of]) => `import { ${of.map((table) => table.className).join(", ")} } from "./${domain}.ts"`)
}

function statement(plan: StatementPlan<RebisKind>): string {
  return `export async function ${plan.name}(db: Session) {\n${bodies[plan.kind](plan)}\n}\n`
}

const bodies: Record<RebisKind, Body> = {
  ...ownBodies,
  byKey: body(
    (p, w) => `  const row = await db.first(select(${w.T}).where(${w.T}.c.id.eq(${w.n})))
  return row === null ? null : [row.id, row.${p.text.key}, row.${p.moment.key}]`,
  ),
  list: body(
    (p, w) => `  const rows = await db.all(
    select(${w.T})
      .where(${w.text}.like("a%"), ${w.number}.between(1, ${w.n}), ${w.moment}.gte(new Date(0)), ${w.T}.c.id.in([1, 2, ${w.n}]))
      .orderBy(${w.moment}.desc(), ${w.T}.c.id.asc())
      .limit(20)
      .offset(40),
  )
  return rows.map((row) => [row.id, row.${p.text.key}, row.${p.number.key}])`,
  ),
  columns: body(
    (p, w) => `  const rows = await db.all(
    select({ id: ${w.T}.c.id, text: ${w.text}, title: ${w.title}, number: ${w.number}, at: ${w.moment} })
      .from(${w.T})
      .where(or(${w.text}.eq("a"), and(${w.number}.gt(${w.n}), ${w.title}.ne("b")))),
  )
  return rows.map((row) => [row.id, row.text, row.title, row.number, row.at])`,
  ),
  join: body(
    (p, w) => `  const rows = await db.all(
    select({ id: ${w.T}.c.id, text: ${w.text}, parent: ${w.parentText} })
      .from(${w.T})
      .join(${w.toParent})
      .where(${w.number}.gt(${w.n}), ${w.parentText}.eq("a"))
      .orderBy(${w.parentText}.asc()),
  )
  return rows.map((row) => [row.id, row.text, row.parent])`,
  ),
  leftJoin: body(
    (p, w) => `  const rows = await db.all(
    select({ id: ${w.T}.c.id, text: ${w.text}, parent: ${w.parentText}, count: ${w.parentNumber} })
      .from(${w.T})
      .leftJoin(${w.P}, ${w.P}.c.id.eq(${w.key}))
      .where(${w.number}.gt(${w.n}))
      .orderBy(${w.T}.c.id.asc()),
  )
  return rows.map((row) => [row.id, row.text, row.parent, row.count])`,
  ),
  joins: body(
    (p, w) => `  const rows = await db.all(
    select({ id: ${w.T}.c.id, parent: ${w.parentText}, other: ${w.otherText} })
      .from(${w.T})
      .join(${w.P}, ${w.P}.c.id.eq(${w.key}))
      .leftJoin(${w.O}, ${w.O}.c.id.eq(${w.otherKey}))
      .where(or(${w.parentText}.eq("a"), ${w.otherText}.isNull()))
      .limit(${w.n}),
  )
  return rows.map((row) => [row.id, row.parent, row.other])`,
  ),
  group: body(
    (p, w) => `  const rows = await db.all(
    select({ parent: ${w.key}, rows: count(), total: sum(${w.number}), last: max(${w.moment}) })
      .from(${w.T})
      .where(${w.text}.ne("a"))
      .groupBy(${w.key})
      .having(count().gt(${w.n}))
      .orderBy(sum(${w.number}).desc()),
  )
  return rows.map((row) => [row.parent, row.rows, row.total, row.last])`,
  ),
  exists: body(
    (p, w) => `  const rows = await db.all(
    select(${w.P}).where(exists(select(${w.T}).where(${w.key}.eq(${w.P}.c.id), ${w.number}.gt(${w.n}))), ${w.parentText}.ne("a")),
  )
  return rows.map((row) => [row.id, row.${p.parentText.key}])`,
  ),
  inSubquery: body(
    (
      p,
      w,
    ) => `  const rows = await db.all(select(${w.P}).where(${w.P}.c.id.in(select(${w.key}).from(${w.T}).where(${w.number}.lt(${w.n})))))
  return rows.map((row) => [row.id, row.${p.parentText.key}])`,
  ),
  derivedTable: body(
    (
      p,
      w,
    ) => `  const stats = select({ parent: ${w.key}, total: sum(${w.number}), rows: count() }).from(${w.T}).groupBy(${w.key}).as("stats")
  const rows = await db.all(
    select({ id: ${w.P}.c.id, text: ${w.parentText}, total: stats.c.total, rows: stats.c.rows })
      .from(${w.P})
      .leftJoin(stats, stats.c.parent.eq(${w.P}.c.id))
      .where(stats.c.rows.gt(${w.n})),
  )
  return rows.map((row) => [row.id, row.text, row.total, row.rows])`,
  ),
  cte: body(
    (
      p,
      w,
    ) => `  const stats = select({ parent: ${w.key}, total: sum(${w.number}), rows: count() }).from(${w.T}).groupBy(${w.key}).cte("stats")
  const rows = await db.all(
    select({ id: ${w.P}.c.id, text: ${w.parentText}, total: stats.c.total })
      .from(${w.P})
      .join(stats, stats.c.parent.eq(${w.P}.c.id))
      .where(stats.c.rows.gt(${w.n})),
  )
  return rows.map((row) => [row.id, row.text, row.total])`,
  ),
  union: body(
    (p, w) => `  const rows = await db.all(
    select({ id: ${w.T}.c.id, text: ${w.text} })
      .from(${w.T})
      .where(${w.number}.gt(${w.n}))
      .union(select({ id: ${w.P}.c.id, text: ${w.parentText} }).from(${w.P}))
      .limit(10),
  )
  return rows.map((row) => [row.id, row.text])`,
  ),
  alias: body(
    (p, w) => `  const twin = aliased(${w.T}, "twin")
  const rows = await db.all(
    select({ id: ${w.T}.c.id, twin: twin.c.id, text: twin.c.${p.text.key} })
      .from(${w.T})
      .join(twin, and(twin.c.${p.key.key}.eq(${w.key}), twin.c.id.gt(${w.T}.c.id)))
      .where(${w.number}.eq(${w.n})),
  )
  return rows.map((row) => [row.id, row.twin, row.text])`,
  ),
  insertOne: body(
    (p, w) => `  const row = await db.one(insert(${w.T}).values(${newRow(p.table, p.index, literalOf)}).returning())
  return [row.id, row.${p.text.key}]`,
  ),
  insertMany: body(
    (p, w) => `  const rows = await db.all(
    insert(${w.T})
      .values([${newRow(p.table, p.index, literalOf)}, ${newRow(p.table, p.index + 1, literalOf)}])
      .returning({ id: ${w.T}.c.id, text: ${w.text} }),
  )
  return rows.map((row) => [row.id, row.text])`,
  ),
  upsert: body(
    (p, w) => `  await db.execute(
    insert(${w.T})
      .values(${newRow(p.table, p.index, literalOf)})
      .onConflict([${w.T}.c.id])
      .doUpdate({ ${p.text.key}: "b", ${p.number.key}: ${w.n} }),
  )`,
  ),
  update: body(
    (p, w) => `  const rows = await db.all(
    update(${w.T})
      .set({ ${p.text.key}: "b", ${p.moment.key}: new Date(0), ${p.number.key}: ${w.number}.plus(1) })
      .where(${w.T}.c.id.eq(${w.n}))
      .returning({ id: ${w.T}.c.id, number: ${w.number} }),
  )
  return rows.map((row) => [row.id, row.number])`,
  ),
  updateMany: body(
    (p, w) => `  await db.execute(
    update(${w.T}).set({ ${p.title.key}: "b" }).where(${w.text}.eq("a"), ${w.number}.lte(${w.n}), ${w.key}.in([1, 2])),
  )`,
  ),
  remove: body(
    (
      p,
      w,
    ) => `  const rows = await db.all(deleteFrom(${w.T}).where(${w.moment}.lt(new Date(0)), ${w.number}.gt(${w.n})).returning({ id: ${w.T}.c.id }))
  return rows.map((row) => row.id)`,
  ),
  load: body(
    (p, w) => `  const rows = await db.all(
    select(${w.T}).where(${w.number}.gt(${w.n})).with("${p.parent.variable}").with("${p.other.variable}").orderBy(${w.T}.c.id.asc()).limit(10),
  )
  return rows.map((row) => [row.id, row.${p.parent.variable}.${p.parentText.key}, row.${p.other.variable}.${p.otherText.key}])`,
  ),
  loadMany: body(
    (p, w) => `  const rows = await db.all(
    select(${w.P}).where(${w.parentNumber}.gt(${w.n})).with("${w.children}", (q) => q.with("${p.other.variable}").orderBy(${w.T}.c.id.asc()).limit(3)).limit(10),
  )
  return rows.map((row) => [row.id, row.${w.children}.map((each) => [each.${p.text.key}, each.${p.other.variable}.${p.otherText.key}])])`,
  ),
  unit: body(
    (p, w) => `  const row = await db.first(select(${w.T}).where(${w.T}.c.id.eq(${w.n})))
  if (row === null) return
  row.${p.text.key} = "b"
  row.${p.number.key} += 1
  db.add(new ${w.T}(${newRow(p.table, p.index, literalOf)}))
  const old = await db.first(select(${w.T}).where(${w.number}.lt(${w.n})))
  if (old !== null) db.delete(old)
  await db.commit()`,
  ),
}

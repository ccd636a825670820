/**
 * A made-up application as data: tables, how they refer to each other, and statements over them. What a library needs to write
 * it down is in the file of its name. Everything follows from the numbers that are asked for; nothing is random from run to run.
 */

export type Kind = "integer" | "bigint" | "text" | "numeric" | "boolean" | "timestamptz" | "date" | "jsonb"

export interface ColumnPlan {
  /** The property: `unitPrice`. */
  readonly key: string
  /** The column: `unit_price`. */
  readonly name: string
  readonly kind: Kind
  readonly nullable: boolean
  readonly hasDefault: boolean
}

/** A foreign key to the `id` of another table. */
export interface ReferencePlan extends ColumnPlan {
  readonly target: TablePlan
}

/** Every table has an `id`, two texts, a number, a moment, and more columns of its own: eight to twelve. */
export interface TablePlan {
  /** `sales_order`. */
  readonly name: string
  /** `salesOrder`. */
  readonly variable: string
  /** `SalesOrder`. */
  readonly className: string
  /** The file that declares it, and the tables of its domain. */
  readonly domain: string
  readonly columns: readonly ColumnPlan[]
  readonly references: readonly ReferencePlan[]
  /** The tables that refer to this one. */
  readonly children: readonly TablePlan[]
}

/** What every library under comparison can say in its own typed words. */
export const sharedKinds = [
  "byKey",
  "list",
  "columns",
  "join",
  "leftJoin",
  "joins",
  "group",
  "exists",
  "inSubquery",
  "derivedTable",
  "cte",
  "union",
  "alias",
  "insertOne",
  "insertMany",
  "upsert",
  "update",
  "updateMany",
  "remove",
  "load",
  "loadMany",
  "unit",
] as const
export type SharedKind = (typeof sharedKinds)[number]

export interface StatementPlan<K extends string = string> {
  /** The function's name: `join17`. */
  readonly name: string
  readonly index: number
  readonly kind: K
  /** Refers to `parent` by `key` and to `other` by `otherKey`. */
  readonly table: TablePlan
  readonly parent: TablePlan
  readonly key: ReferencePlan
  readonly other: TablePlan
  readonly otherKey: ReferencePlan
  readonly text: ColumnPlan
  readonly title: ColumnPlan
  readonly number: ColumnPlan
  readonly moment: ColumnPlan
  readonly parentText: ColumnPlan
  readonly parentNumber: ColumnPlan
  readonly otherText: ColumnPlan
}

export interface Project<K extends string = string> {
  readonly tables: readonly TablePlan[]
  readonly statements: readonly StatementPlan<K>[]
}

const domains = ["sales", "stock", "billing", "people", "media", "travel", "health", "school", "game", "city"]
const nouns = [
  ...["account", "order", "line", "item", "note", "event", "place", "rule", "file", "task"],
  ...["group", "member", "label", "visit", "offer", "price", "plan", "report", "device", "message"],
]
const texts = [
  "name",
  "title",
  "label",
  "code",
  "summary",
  "body",
  "city",
  "street",
  "phone",
  "email",
  "colour",
  "locale",
  "reason",
  "alias",
]
const numbers = ["quantity", "position", "weight", "height", "score", "total", "rank", "size", "level", "stock"]
const moments = ["createdAt", "startedAt", "sentAt", "readAt", "closedAt", "seenAt"]
const others: readonly (readonly [key: string, kind: Kind])[] = [
  ["amount", "numeric"],
  ["balance", "numeric"],
  ["isActive", "boolean"],
  ["isPublic", "boolean"],
  ["serial", "bigint"],
  ["checksum", "bigint"],
  ["dueDate", "date"],
  ["birthDate", "date"],
  ["settings", "jsonb"],
  ["details", "jsonb"],
]

/** Plans `tables` tables and `statements` statements, the kinds taking turns. */
export function planProject<K extends string>(size: { tables: number; statements: number }, kinds: readonly K[]): Project<K> {
  const next = numbersFrom(20_260_101)
  const tables: TablePlan[] = []
  for (let index = 0; index < size.tables; index++) tables.push(planTable(index, tables, next))
  const withParents = tables.filter((table) => table.references.length === 2)
  const statements = Array.from({ length: size.statements }, (_, index) => {
    const table = withParents[Math.floor(next() * withParents.length)]!
    return planStatement(index, kinds[index % kinds.length]!, table)
  })
  return { tables, statements }
}

function planTable(index: number, earlier: readonly TablePlan[], next: () => number): TablePlan {
  const perDomain = Math.min(nouns.length, 20)
  const domain = domains[Math.floor(index / perDomain) % domains.length]!
  const generation = Math.floor(index / (perDomain * domains.length))
  const name = `${domain}_${nouns[index % perDomain]!}${generation === 0 ? "" : generation + 1}`
  const place = index % perDomain
  const near = earlier.slice(place === 0 ? 0 : -place)
  const before = earlier.at(-place - perDomain)
  const targets = place < 2 ? [] : pick(before === undefined ? near : [...near, before], 2, next)
  const table: TablePlan = {
    name,
    variable: camel(name),
    className: pascal(name),
    domain: `${domain}${generation === 0 ? "" : generation + 1}`,
    columns: planColumns(next, 8 + Math.floor(next() * 5) - targets.length),
    references: targets.map((target) => ({ ...column(`${target.variable}Id`, "integer"), target })),
    children: [],
  }
  for (const target of targets) (target.children as TablePlan[]).push(table)
  return table
}

function planColumns(next: () => number, count: number): ColumnPlan[] {
  const columns = [
    column("id", "integer", { hasDefault: true }),
    ...pick(texts, 2, next).map((key) => column(key, "text")),
    ...pick(numbers, 1, next).map((key) => column(key, "integer")),
    ...pick(moments, 1, next).map((key) => column(key, "timestamptz", { hasDefault: next() < 0.5 })),
  ]
  const rest = pick(others, count - columns.length, next).map(([key, kind]) => column(key, kind, { nullable: next() < 0.5 }))
  return [...columns, ...rest]
}

function planStatement<K extends string>(index: number, kind: K, table: TablePlan): StatementPlan<K> {
  const [key, otherKey] = table.references as [ReferencePlan, ReferencePlan]
  const of = (owner: TablePlan, wanted: Kind, place = 0) =>
    owner.columns.filter((each) => each.kind === wanted && each.key !== "id")[place]!
  return {
    name: `${kind}${index}`,
    index,
    kind,
    table,
    parent: key.target,
    key,
    other: otherKey.target,
    otherKey,
    text: of(table, "text"),
    title: of(table, "text", 1),
    number: of(table, "integer"),
    moment: of(table, "timestamptz"),
    parentText: of(key.target, "text"),
    parentNumber: of(key.target, "integer"),
    otherText: of(otherKey.target, "text"),
  }
}

function column(key: string, kind: Kind, traits: Partial<ColumnPlan> = {}): ColumnPlan {
  return { key, name: snake(key), kind, nullable: false, hasDefault: false, ...traits }
}

/** All columns of a table, foreign keys among them. */
export function columnsOf(table: TablePlan): readonly ColumnPlan[] {
  return [...table.columns, ...table.references]
}

/** What an insert has to give, and a value for each, as TypeScript. */
export function newRow(table: TablePlan, index: number, literal: (column: ColumnPlan, index: number) => string): string {
  const required = columnsOf(table).filter((each) => !each.nullable && !each.hasDefault)
  return `{ ${required.map((each) => `${each.key}: ${literal(each, index)}`).join(", ")} }`
}

/** A value of a kind, as TypeScript. */
export function literalOf({ kind }: ColumnPlan, index: number): string {
  const literals: Record<Kind, string> = {
    integer: `${index}`,
    bigint: `${index}n`,
    text: `"text ${index}"`,
    numeric: `"${index}.50"`,
    boolean: "true",
    timestamptz: "new Date(0)",
    date: `"2025-01-01"`,
    jsonb: `{ tags: ["a"], depth: ${index} }`,
  }
  return literals[kind]
}

/** Groups by a key, in the order of first appearance. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

function pick<T>(from: readonly T[], count: number, next: () => number): T[] {
  const left = [...new Set(from)]
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(Math.floor(next() * left.length), 1)[0]!)
}

/** The same numbers between 0 and 1 for the same seed. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const snake = (key: string) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
const pascal = (name: string) => camel(`_${name}`)

// Each query gives one text: a JSON array of its rows. `$1` is a JSON array of schema names. Names of the catalog are always
// qualified, so that nothing on the search path can stand in for them; types, expressions and collations are printed by the
// server, qualified where the search path does not reach them.

const inSchemas = "n.nspname in (select pg_catalog.json_array_elements_text($1::json))"

const notOfExtension = (catalog: string, oid: string) =>
  `not exists (select from pg_catalog.pg_depend e where e.classid = 'pg_catalog.${catalog}'::regclass and e.objid = ${oid} and e.deptype = 'e')`

/** Tables that stand for themselves: partitions come and go with their table. */
const isTable = `c.relkind in ('r', 'p') and not c.relispartition and ${notOfExtension("pg_class", "c.oid")} and ${inSchemas}`

const asJson = (query: string) => `select coalesce(pg_catalog.json_agg(x), '[]')::text from (${query}) x`

const columnNames = (relation: string, numbers: string) =>
  `(select pg_catalog.json_agg(a.attname order by k.place) from pg_catalog.unnest(${numbers}) with ordinality k(number, place)
    join pg_catalog.pg_attribute a on a.attrelid = ${relation} and a.attnum = k.number)`

export interface TableRow {
  readonly id: string
  readonly schema: string
  readonly name: string
  readonly comment: string | null
}

export const tablesQuery: string = asJson(`
  select c.oid::text as id, n.nspname as schema, c.relname as name, pg_catalog.obj_description(c.oid, 'pg_class') as comment
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where ${isTable}
  order by n.nspname, c.relname`)

export interface ColumnRow {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  /** The default, or what a generated column computes. */
  readonly expression: string | null
  readonly identity: "" | "a" | "d"
  readonly generated: "" | "s" | "v"
  readonly collation: string | null
  readonly comment: string | null
}

export const columnsQuery: string = asJson(`
  select a.attrelid::text as "table", a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull",
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression, a.attidentity as identity, a.attgenerated as generated,
    case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end as collation,
    pg_catalog.col_description(a.attrelid, a.attnum) as comment
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where ${isTable}
  order by a.attrelid, a.attnum`)

export interface ConstraintRow {
  readonly table: string
  readonly name: string
  readonly kind: "p" | "u" | "f" | "c"
  readonly columns: readonly string[] | null
  readonly include: readonly string[] | null
  readonly nullsNotDistinct: boolean | null
  readonly deferrable: boolean
  readonly deferred: boolean
  readonly expression: string | null
  readonly referredSchema: string | null
  readonly referredTable: string | null
  readonly referredColumns: readonly string[] | null
  readonly onDelete: string
  readonly onUpdate: string
  readonly match: string
  readonly onDeleteColumns: readonly string[] | null
}

export const constraintsQuery: string = asJson(`
  select o.conrelid::text as "table", o.conname as name, o.contype as kind, ${columnNames("o.conrelid", "o.conkey")} as columns,
    case when i.indnatts > i.indnkeyatts then (select pg_catalog.json_agg(a.attname order by a.attnum) from pg_catalog.pg_attribute a
      where a.attrelid = i.indexrelid and a.attnum > i.indnkeyatts) end as include,
    i.indnullsnotdistinct as "nullsNotDistinct", o.condeferrable as "deferrable", o.condeferred as deferred,
    pg_catalog.pg_get_expr(o.conbin, o.conrelid) as expression, fn.nspname as "referredSchema", f.relname as "referredTable",
    ${columnNames("o.confrelid", "o.confkey")} as "referredColumns", o.confdeltype as "onDelete", o.confupdtype as "onUpdate",
    o.confmatchtype as match, ${columnNames("o.conrelid", "o.confdelsetcols")} as "onDeleteColumns"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_constraint o on o.conrelid = c.oid and o.contype in ('p', 'u', 'f', 'c') and o.conparentid = 0
    left join pg_catalog.pg_index i on i.indexrelid = o.conindid and o.contype in ('p', 'u')
    left join pg_catalog.pg_class f on f.oid = o.confrelid
    left join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
  where ${isTable}
  order by o.conrelid, o.conname`)

export interface IndexRow {
  readonly table: string
  readonly name: string
  readonly unique: boolean
  readonly method: string
  readonly where: string | null
  readonly nullsNotDistinct: boolean
  readonly include: readonly string[] | null
  readonly with: readonly string[] | null
  readonly keys: readonly IndexKeyRow[]
}

export interface IndexKeyRow {
  readonly column: string | null
  readonly expression: string | null
  /** Bit 0: descending, bit 1: nulls first. */
  readonly option: number
  readonly collation: string | null
  readonly operatorClass: string | null
  readonly operatorClassOptions: readonly string[] | null
}

export const indexesQuery: string = asJson(`
  select i.indrelid::text as "table", x.relname as name, i.indisunique as unique, m.amname as method,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) as "where", i.indnullsnotdistinct as "nullsNotDistinct", x.reloptions as "with",
    case when i.indnatts > i.indnkeyatts then (select pg_catalog.json_agg(a.attname order by a.attnum) from pg_catalog.pg_attribute a
      where a.attrelid = i.indexrelid and a.attnum > i.indnkeyatts) end as include,
    (select pg_catalog.json_agg(pg_catalog.json_build_object(
        'column', a.attname,
        'expression', case when k.number = 0 then pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int, false) end,
        'option', i.indoption[k.place - 1],
        'collation', case when i.indcollation[k.place - 1] not in (0, coalesce(a.attcollation, 100))
          then i.indcollation[k.place - 1]::regcollation::text end,
        'operatorClass', case when not p.opcdefault or ia.attoptions is not null then
          case when pg_catalog.pg_opclass_is_visible(p.oid) then '' else pg_catalog.quote_ident(pn.nspname) || '.' end || pg_catalog.quote_ident(p.opcname) end,
        'operatorClassOptions', ia.attoptions) order by k.place)
      from pg_catalog.unnest(i.indkey::int2[]) with ordinality k(number, place)
        join pg_catalog.pg_opclass p on p.oid = i.indclass[k.place - 1]
        join pg_catalog.pg_namespace pn on pn.oid = p.opcnamespace
        join pg_catalog.pg_attribute ia on ia.attrelid = i.indexrelid and ia.attnum = k.place
        left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number and k.number <> 0
      where k.place <= i.indnkeyatts) as keys
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_index i on i.indrelid = c.oid and i.indislive
    join pg_catalog.pg_class x on x.oid = i.indexrelid
    join pg_catalog.pg_am m on m.oid = x.relam
  where ${isTable}
    and not exists (select from pg_catalog.pg_constraint o where o.conindid = i.indexrelid and o.contype in ('p', 'u', 'x'))
  order by i.indrelid, x.relname`)

export interface EnumRow {
  readonly schema: string
  readonly name: string
  readonly labels: readonly string[] | null
}

export const enumsQuery: string = asJson(`
  select n.nspname as schema, t.typname as name,
    (select pg_catalog.json_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid) as labels
  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  where t.typtype = 'e' and ${notOfExtension("pg_type", "t.oid")} and ${inSchemas}
  order by n.nspname, t.typname`)

/** Two texts: the current schema, and which of the schemas in `$1` exist. */
export const schemasQuery: string = `
  select pg_catalog.current_schema()::text, (select coalesce(pg_catalog.json_agg(n.nspname order by n.nspname), '[]') from pg_catalog.pg_namespace n where ${inSchemas})::text`

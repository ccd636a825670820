import { body, type Body } from "./rebis-words.ts"

/** What the budget of the compiler counts beside the shared kinds: Rebis has typed words for it, not all of the others do. */
export const ownKinds = [
  ...["json", "nestedJson", "caseWhen", "functions", "scalar", "nestedRows", "derivedEntities"],
  ...["windows", "filtered", "recursion", "tuples", "updateFrom", "removeUsing", "preparedRead"],
] as const
export type OwnKind = (typeof ownKinds)[number]

export const ownBodies: Record<OwnKind, Body> = {
  json: body(
    (p, w) => `  const rows = await db.all(
    select(jsonBuildObject({ id: ${w.P}.c.id, text: ${w.parentText}, rows: jsonAgg({ id: ${w.T}.c.id, text: ${w.text}, at: ${w.moment} }) }))
      .from(${w.P})
      .leftJoin(${w.T}, ${w.key}.eq(${w.P}.c.id))
      .groupBy(${w.P}.c.id)
      .limit(${w.n}),
  )
  return rows.map((row) => [row.id, row.text, row.rows.map((each) => [each.text, each.at])])`,
  ),
  nestedJson: body(
    (p, w) => `  const rows = await db.all(
    select({ id: ${w.P}.c.id, rows: select(jsonAgg(${w.T}, { orderBy: ${w.moment}.desc() })).from(${w.T}).where(${w.key}.eq(${w.P}.c.id)).asScalar() })
      .from(${w.P})
      .where(${w.parentNumber}.gt(${w.n})),
  )
  return rows.map((row) => [row.id, row.rows?.map((each) => [each.id, each.${p.text.key}])])`,
  ),
  caseWhen: body(
    (p, w) => `  const size = caseWhen(${w.number}.gt(100), "large").when(${w.number}.gt(10), "medium").else("small")
  const rows = await db.all(select({ size, rows: count(), mean: avg(${w.number}) }).from(${w.T}).where(${w.key}.ne(${w.n})).groupBy(size))
  return rows.map((row) => [row.size, row.rows, row.mean])`,
  ),
  functions: body(
    (p, w) => `  const rows = await db.all(
    select({
      text: lower(${w.text}),
      long: length(${w.title}).plus(1),
      either: coalesce(${w.parentText}, ${w.text}),
      most: greatest(${w.number}, ${w.parentNumber}, ${w.n}),
      joined: ${w.text}.concat("/").concat(${w.title}),
    })
      .from(${w.T})
      .leftJoin(${w.toParent})
      .where(round(${w.number}.dividedBy(2)).gt(1), ${w.title}.contains("a"), not(${w.moment}.isNull())),
  )
  return rows.map((row) => [row.text, row.long, row.either, row.most, row.joined])`,
  ),
  scalar: body(
    (p, w) => `  const rows = select(count()).from(${w.T}).where(${w.key}.eq(${w.P}.c.id)).asScalar()
  const last = select(max(${w.moment})).from(${w.T}).where(${w.key}.eq(${w.P}.c.id)).asScalar()
  const found = await db.all(select({ parent: ${w.P}, rows, last }).from(${w.P}).orderBy(rows.desc()).limit(${w.n}))
  return found.map((row) => [row.parent.id, row.rows, row.last])`,
  ),
  nestedRows: body(
    (p, w) => `  const rows = await db.all(
    select({ row: ${w.T}, parent: { whole: ${w.P}, text: ${w.parentText} }, other: { id: ${w.O}.c.id, text: ${w.otherText} } })
      .from(${w.T})
      .join(${w.toParent})
      .leftJoin(${w.toOther})
      .where(${w.number}.gt(${w.n})),
  )
  return rows.map((row) => [row.row.${p.text.key}, row.parent.whole.id, row.parent.text, row.other.id, row.other.text])`,
  ),
  derivedEntities: body(
    (p, w) => `  const latest = select(${w.T}).orderBy(${w.moment}.desc()).limit(${w.n}).as("latest")
  const rows = await db.all(select({ latest, parent: ${w.P} }).from(latest).join(latest.${p.parent.variable}))
  return rows.map((row) => [row.latest.${p.text.key}, row.parent.${p.parentText.key}])`,
  ),
  windows: body(
    (p, w) => `  const rows = await db.all(
    select({
      id: ${w.T}.c.id,
      place: rowNumber().over({ partitionBy: [${w.key}], orderBy: [${w.moment}.desc()] }),
      total: sum(${w.number}).over({ partitionBy: [${w.key}] }),
      before: lag(${w.text}).over({ orderBy: [${w.T}.c.id] }),
    })
      .from(${w.T})
      .where(${w.number}.gt(${w.n})),
  )
  return rows.map((row) => [row.id, row.place, row.total, row.before])`,
  ),
  filtered: body(
    (p, w) => `  const rows = await db.all(
    select({ parent: ${w.key}, some: count().filter(${w.number}.gt(${w.n})), texts: jsonAgg(${w.text}).filter(${w.text}.ne("a")) })
      .from(${w.T})
      .groupBy(${w.key}),
  )
  return rows.map((row) => [row.parent, row.some, row.texts])`,
  ),
  recursion: body(
    (
      p,
      w,
    ) => `  const chain = recursive("chain", select({ id: ${w.T}.c.id, next: ${w.otherKey} }).from(${w.T}).where(${w.T}.c.id.eq(${w.n})), (self) =>
    select({ id: ${w.T}.c.id, next: ${w.otherKey} }).from(${w.T}).join(self, self.c.next.eq(${w.T}.c.id)),
  )
  const rows = await db.all(select({ id: chain.c.id, text: ${w.text} }).from(chain).join(${w.T}, ${w.T}.c.id.eq(chain.c.id)))
  return rows.map((row) => [row.id, row.text])`,
  ),
  tuples: body(
    (p, w) => `  const rows = await db.all(
    select({ id: ${w.T}.c.id })
      .from(${w.T})
      .where(tuple(${w.key}, ${w.text}).in([[1, "a"], [${w.n}, "b"]]), ${w.number}.gt(any(select(${w.parentNumber}).from(${w.P})))),
  )
  return rows.map((row) => row.id)`,
  ),
  updateFrom: body(
    (p, w) => `  const rows = await db.all(
    update(${w.T})
      .set({ ${p.text.key}: ${w.parentText}.concat("!") })
      .from(${w.P})
      .where(${w.P}.c.id.eq(${w.key}), ${w.parentNumber}.gt(${w.n}))
      .returning({ id: ${w.T}.c.id, parent: ${w.P}.c.id }),
  )
  return rows.map((row) => [row.id, row.parent])`,
  ),
  removeUsing: body(
    (p, w) => `  const rows = await db.all(
    deleteFrom(${w.T}).using(${w.P}).where(${w.P}.c.id.eq(${w.key}), ${w.parentText}.eq("a")).returning({ id: ${w.T}.c.id }),
  )
  return rows.map((row) => row.id)`,
  ),
  preparedRead: body(
    (p, w) => `  const found = prepared({ text: text(), after: integer() }, (given) =>
    select({ id: ${w.T}.c.id, title: ${w.title} }).from(${w.T}).where(${w.text}.eq(given.text), ${w.number}.gt(given.after)).limit(${w.n}),
  )
  const rows = await db.all(found({ text: "a", after: ${w.n} }))
  return rows.map((row) => [row.id, row.title])`,
  ),
}

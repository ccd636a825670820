import { declarativeBase, int4range, integer, jsonb, text } from "../../../src/schema/index.ts"
import { arrayAppend, cardinality, isLeftOf, range } from "../../../src/sql/index.ts"

const Base = declarativeBase()
class Page extends Base.model("page", {
  id: integer().primaryKey(),
  tags: text().array(),
  settings: jsonb<{ theme: { name: string }; sizes: number[] }>(),
  between: int4range(),
}) {}
const { id, tags, settings, between } = Page.c

// Arrays hold what they hold.
// error: TS2322 Type 'number' is not assignable to type 'string'.
tags.contains([1])
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'Operand<number>'.
tags.at("1")
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'Operand<string>'.
arrayAppend(tags, 1)
// error: TS2345 Argument of type 'Column<number, "page", "id">' is not assignable to parameter of type 'Arrays'.
cardinality(id)
// error: TS2345 Argument of type '1' is not assignable to parameter of type 'never'.
id.contains(1)

// Documents have the properties that they are declared to have.
// error: TS2345 Argument of type '"them"' is not assignable to parameter of type '"sizes" | "theme"'.
settings.get("them")
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'number'.
settings.get("sizes").get("first")
// error: TS2322 Type '"theme"' is not assignable to type 'never'.
// error: TS2322 Type 'string' is not assignable to type 'never'.
settings.path(["theme", "nam"])
// error: TS2561 Object literal may only specify known properties, but 'nam' does not exist in type '{ readonly name?: string; }'. Did you mean to write 'name'?
settings.contains({ theme: { nam: "x" } })
// error: TS2345 Argument of type '"x"' is not assignable to parameter of type 'never'.
id.get("x")

// Ranges go with ranges and values of their kind.
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'number | AnyExpr<number | Range<number> | readonly Range<number>[] | null, string> | Range<number>'.
between.contains("x")
// error: TS2345 Argument of type 'Range<string>' is not assignable to parameter of type 'AnyExpr<Range<number> | readonly Range<number>[] | null, string> | Range<number> | readonly Range<number>[]'.
between.overlaps(range("a", "b"))
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'Operand<Range<number>>'.
isLeftOf(between, 7)
// error: TS2345 Argument of type 'Column<string[], "page", "tags">' is not assignable to parameter of type 'Ranges'.
isLeftOf(tags, tags)

import { all, any, caseOf, dateTrunc, extract, select, tuple } from "../../../src/sql/index.ts"
import { Author, Book } from "../sql-operators.ts"

const { title, pages, sold, publishedDate, createdAt } = Book.c

// Any and all range over values of the other side's type.
// error: TS2345 Argument of type 'Quantified<"x", never>' is not assignable to parameter of type 'Comparand<number>'.
pages.eq(any(["x"]))
// error: TS2345 Argument of type 'Quantified<number, never>' is not assignable to parameter of type 'Comparand<string>'.
title.eq(any(select(Book.c.pages)))
// error: TS2345 Argument of type 'Quantified<number | null, "book">' is not assignable to parameter of type 'Comparand<bigint>'.
sold.gt(all(Book.c.marks))
// error: TS2345 Argument of type 'Quantified<1, never>' is not assignable to parameter of type 'number | NumericExpression'.
pages.plus(any([1]))

// Row values are compared with rows of their own width and types.
// error: TS2345 Argument of type '[number]' is not assignable to parameter of type 'RowsOf<readonly [number, string]> | TupleOperand<readonly [number, string]>'.
tuple(pages, title).eq([1])
// error: TS2322 Type 'string' is not assignable to type 'Operand<number>'.
// error: TS2322 Type 'number' is not assignable to type 'Operand<string>'.
tuple(pages, title).lt(["x", 1])
// error: TS2322 Type 'number' is not assignable to type 'undefined'.
tuple(pages, title).in([[1, "x", 2]])
// error: TS2345 Argument of type 'Tuple<readonly [number], "book">' is not assignable to parameter of type 'RowsOf<readonly [number, string]> | TupleOperand<readonly [number, string]>'.
tuple(pages, title).eq(tuple(pages))
// error: TS2345 Argument of type 'Select<{ readonly a: Column<string, "author", "name">; readonly b: Column<number, "author", "id">; }, never, null>' is not assignable to parameter of type 'readonly TupleOperand<readonly [number, bigint]>[] | RowsOf<readonly [number, bigint]>'.
tuple(pages, sold).in(select({ a: Author.c.name, b: Author.c.id }).from(Author))
// error: TS2322 Type 'null' is not assignable to type 'Operand<string>'.
tuple(pages, title).gt([1, null])

// Each operation has its own sides.
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'number | NumericExpression'.
pages.plus("1")
// error: TS2345 Argument of type 'undefined' is not assignable to parameter of type 'number | NumericExpression'.
pages.plus(undefined)
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'number | NumericExpression'.
publishedDate.plus("P1D")
// error: TS2345 Argument of type 'number' is not assignable to parameter of type 'IntervalExpression'.
createdAt.plus(1)
// error: TS2345 Argument of type 'Column<Date, "book", "createdAt">' is not assignable to parameter of type 'IntervalExpression'.
createdAt.plus(createdAt)
// error: TS2345 Argument of type '2' is not assignable to parameter of type 'never'.
createdAt.times(2)
// error: TS2345 Argument of type '1' is not assignable to parameter of type 'never'.
Book.c.doc.plus(1)

// Operators of text and truth are of text and truth.
// error: TS2684 The 'this' context of type 'Column<number, "book", "pages">' is not assignable to method's 'this' of type 'AnyExpr<string | null, string>'.
pages.matches("1")
// error: TS2684 The 'this' context of type 'Column<number, "book", "pages">' is not assignable to method's 'this' of type 'AnyExpr<string | null, string>'.
pages.collate("C")
// error: TS2684 The 'this' context of type 'Column<number, "book", "pages">' is not assignable to method's 'this' of type 'AnyExpr<boolean | null, string>'.
pages.isTrue()
// error: TS2345 Argument of type 'Column<number, "book", "pages">' is not assignable to parameter of type 'Operand<string>'.
title.matches(pages)
// error: TS2345 Argument of type 'string' is not assignable to parameter of type 'Operand<number>'.
caseOf(pages).when("x", 1)

// Dates are taken apart by what they have.
// error: TS2345 Argument of type '"yeer"' is not assignable to parameter of type 'DateField'.
extract("yeer", createdAt)
// error: TS2345 Argument of type 'Column<number, "book", "pages">' is not assignable to parameter of type 'AnyMoment'.
extract("year", pages)
// error: TS2345 Argument of type '"dow"' is not assignable to parameter of type 'DateUnit'.
dateTrunc("dow", createdAt)
// error: TS2684 The 'this' context of type 'Column<number, "book", "pages">' is not assignable to method's 'this' of type 'AnyExpr<string | Date | null, string>'.
pages.atTimeZone("UTC")

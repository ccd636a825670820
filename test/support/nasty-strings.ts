/** Random strings that have broken quoting before, for property tests. */
import fc from "fast-check"
import "./seed.ts"

const pieces = [
  ...[
    "'",
    "''",
    '"',
    '""',
    "\\",
    "\\'",
    "\\\\",
    "`",
    "[x]",
    "{}",
    "{a,b}",
    "(",
    ")",
    ",",
    ":",
    "::",
    "=>",
    "$$",
    "$a$",
    "$1",
    "$2",
    "?",
    "??",
    "@x",
  ],
  ...[
    ":name",
    "%",
    "%s",
    "_",
    ";",
    "--",
    "/*",
    "*/",
    "#",
    "a b",
    "a.b",
    "\n",
    "\r",
    "\t",
    "\u0001",
    "\u007f",
    "\u2028",
    "\ufeff",
    "é",
    "🎉",
    "İ",
  ],
  ...[
    "select",
    "null",
    "NULL",
    "default",
    "true",
    "0x1",
    "e'",
    "E'\\",
    "U&'",
    "x'",
    "\\x",
    "\\u0000",
    "__proto__",
    "constructor",
    "toString",
  ],
  ...[
    "'; drop table canary; --",
    '"; drop table canary; --',
    "\\'; drop table canary; --",
    "$$; drop table canary; --",
    "*/ drop table canary; /*",
  ],
]

/** What a database can keep as text: no NUL, no half of a surrogate pair. */
export const nastyText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: "binary", maxLength: 4 })), { maxLength: 4 })
  .map((parts) => parts.join(""))
  .filter((text) => !text.includes("\0") && text.isWellFormed())

/** A name that PostgreSQL neither refuses nor shortens. `__proto__` alone is refused as a property by us. */
export const nastyName: fc.Arbitrary<string> = nastyText.filter(
  (text) => text !== "" && text !== "__proto__" && Buffer.byteLength(text) <= 63,
)

/** As {@link nastyName}, as many as asked for, all different, also to a database that folds case. */
export function nastyNames(count: number): fc.Arbitrary<string[]> {
  return fc.uniqueArray(nastyName, { minLength: count, maxLength: count, selector: (name) => name.toLowerCase() })
}

/** Keys of groups, and values of distinct rows, that are computed with parameters, and what is computed of them. */
import { caseWhen, concat, count, cube, grouping, rowNumber, select, substring, upper, window } from "rebis"
import { forEachDatabase, onDatabases } from "../support/databases.ts"
import { Post, sharedLibrary, User } from "./library.ts"
import { testCases } from "./statement-case.ts"

const { title } = Post.c
const letter = substring(title, 1, 1)
/** As `letter`, written anew. */
const sameLetter = substring(title, 1, 1)
const letterText = (first = 1) => `substring("post"."title", cast($${first} as integer), cast($${first + 1} as integer))`
const sqliteLetter = `substring("post"."title", ?, ?)`

forEachDatabase("computed keys", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "can be parts of what is selected, filtered and ordered",
      statement: select({ label: concat(upper(letter), "!"), isE: letter.eq("E"), n: count() })
        .from(Post)
        .groupBy(letter)
        .having(sameLetter.ne("X"))
        .orderBy(caseWhen(sameLetter.eq("N"), 0).else(1), upper(sameLetter)),
      text:
        `select concat(upper(${letterText()}), cast($3 as text)) as "label", ${letterText()} = $4 as "isE", count(*) as "n" from "post" ` +
        `group by ${letterText()} having ${letterText()} != $5 ` +
        `order by case when ${letterText()} = $6 then cast($7 as integer) else cast($8 as integer) end, upper(${letterText()})`,
      sqlite:
        `select concat(upper(${sqliteLetter}), ?) as "label", ${sqliteLetter} = ? as "isE", count(*) as "n" from "post" ` +
        `group by ${sqliteLetter} having ${sqliteLetter} != ? order by case when ${sqliteLetter} = ? then ? else ? end, upper(${sqliteLetter})`,
      parameters: [1, 1, "!", "E", "X", "N", 0, 1],
      rows: [
        { label: "N!", isE: false, n: 1 },
        { label: "E!", isE: true, n: 1 },
        { label: "F!", isE: false, n: 1 },
      ],
    },
    {
      name: "are found by their values where they are selected as well",
      statement: select({ letter, up: upper(sameLetter), n: count() })
        .from(Post)
        .groupBy(letter)
        .orderBy(letter),
      text: `select ${letterText()} as "letter", upper(${letterText()}) as "up", count(*) as "n" from "post" group by 1 order by 1`,
      sqlite: `select ${sqliteLetter} as "letter", upper(${sqliteLetter}) as "up", count(*) as "n" from "post" group by 1 order by 1`,
      rows: [
        { letter: "E", up: "E", n: 1 },
        { letter: "F", up: "F", n: 1 },
        { letter: "N", up: "N", n: 1 },
      ],
    },
    {
      name: "stay apart where a value differs, and in a query inside",
      statement: select({
        letter,
        n: count(),
        posts: select(count())
          .from(User)
          .where(substring(User.c.name, 1, 1).ne("E"))
          .asScalar(),
      })
        .from(Post)
        .groupBy(letter)
        .having(letter.eq("E")),
      text:
        `select ${letterText()} as "letter", count(*) as "n", (select count(*) from "user" where substring("user"."name", cast($3 as integer), cast($4 as integer)) != $5) as "posts" ` +
        `from "post" group by 1 having ${letterText()} = $6`,
      sqlite:
        `select ${sqliteLetter} as "letter", count(*) as "n", (select count(*) from "user" where substring("user"."name", ?, ?) != ?) as "posts" ` +
        `from "post" group by 1 having ${sqliteLetter} = ?`,
      rows: [{ letter: "E", n: 1, posts: 3 }],
    },
    {
      name: "can be what windows over groups are made of",
      statement: (() => {
        const byLetter = window("by_letter", { partitionBy: sameLetter.eq("E"), orderBy: sameLetter })
        return select({ letter, place: rowNumber().over(byLetter) })
          .from(Post)
          .groupBy(letter)
          .orderBy(letter)
      })(),
      text:
        `select ${letterText()} as "letter", row_number() over "by_letter" as "place" from "post" group by 1 ` +
        `window "by_letter" as (partition by ${letterText()} = $3 order by ${letterText()}) order by 1`,
      sqlite:
        `select ${sqliteLetter} as "letter", row_number() over "by_letter" as "place" from "post" group by 1 ` +
        `window "by_letter" as (partition by ${sqliteLetter} = ? order by ${sqliteLetter}) order by 1`,
      rows: [
        { letter: "E", place: 1 },
        { letter: "F", place: 1 },
        { letter: "N", place: 2 },
      ],
    },
    {
      name: "order distinct rows when they are written anew",
      statement: select({ letter }).from(Post).distinct().orderBy(sameLetter.desc()),
      text: `select distinct ${letterText()} as "letter" from "post" order by ${letterText()} desc`,
      sqlite: `select distinct ${sqliteLetter} as "letter" from "post" order by ${sqliteLetter} desc`,
      rows: [{ letter: "N" }, { letter: "F" }, { letter: "E" }],
    },
  ])
})

onDatabases(["postgresql", "pglite"], "computed keys", (database) => {
  const library = sharedLibrary(database)

  testCases(database, library, [
    {
      name: "are told by grouping()",
      statement: select({ letter, isTotal: grouping(sameLetter).eq(1), n: count() })
        .from(Post)
        .groupBy(cube(letter))
        .orderBy(letter),
      text: `select ${letterText()} as "letter", grouping(${letterText()}) = $3 as "isTotal", count(*) as "n" from "post" group by cube (1) order by 1`,
      rows: [
        { letter: "E", isTotal: false, n: 1 },
        { letter: "F", isTotal: false, n: 1 },
        { letter: "N", isTotal: false, n: 1 },
        { letter: null, isTotal: true, n: 3 },
      ],
    },
  ])
})

/** How the corpora's files get into a database. */
import type { Connection } from "rebis"

type Field = string | null

/** Lines of fields with a separator between, quoted where they hold it (`""` is a quote); the first line are the names. */
export function parseSeparated(text: string, separator: string): { readonly names: readonly string[]; readonly rows: Field[][] } {
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}\\n"]*))(\\${separator}|\\r?\\n|$)`, "y")
  const lines: string[][] = [[]]
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const found = field.exec(text)
    if (found === null) throw new SyntaxError(`character ${at} is not the begin of a field`)
    lines.at(-1)!.push(found[1] === undefined ? found[2]! : found[1].replaceAll('""', '"'))
    if (found[3] !== separator) lines.push([])
  }
  const [names = [], ...rows] = lines.filter((line) => line.length > 0)
  return { names, rows }
}

/** Puts rows of text into a table in one statement; each column's type reads its text as it would a literal. */
export async function loadRows(
  connection: Connection,
  table: string,
  names: readonly string[],
  rows: readonly (readonly Field[])[],
): Promise<void> {
  const columns = names.map((name) => `"${name}"`).join(", ")
  const objects = rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])))
  await connection.exec(`insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`, [
    JSON.stringify(objects),
  ])
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }
const copyField = (text: string): Field =>
  text === "\\N" ? null : text.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter)

/** Runs a file as psql would: statements, and rows behind `COPY … FROM stdin;` up to a line `\.`. */
export async function loadDump(connection: Connection, dump: string): Promise<void> {
  const copy = /^COPY (\S+) \(([^)]*)\) FROM stdin;\n([\s\S]*?)^\\\.$/gm
  let at = 0
  const run = async (text: string) => {
    if (/^\s*[^\s-]/m.test(text)) await connection.exec(text)
  }
  for (const found of dump.matchAll(copy)) {
    const [, table = "", names = "", rows = ""] = found
    await run(dump.slice(at, found.index))
    const lines = rows.split("\n").slice(0, -1)
    await loadRows(
      connection,
      table,
      names.split(", "),
      lines.map((line) => line.split("\t").map(copyField)),
    )
    at = found.index + found[0].length
  }
  await run(dump.slice(at))
}

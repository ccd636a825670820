/**
 * The same made-up application in Rebis, Drizzle and Kysely, and what each costs the compiler.
 *
 *   npm run bench:types                                       200 tables, 1,000 statements
 *   npm run bench:types -- --tables 50 --statements 200       another size
 *   npm run bench:types -- --kinds join,group --keep          some kinds of statement; the files stay in .tmp/bench-types
 */
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { drizzle } from "./drizzle.ts"
import { kysely } from "./kysely.ts"
import { type Library, writeProject } from "./library.ts"
import { type Cost, measure } from "./measure.ts"
import { planProject, type SharedKind, sharedKinds } from "./project.ts"
import { rebis } from "./rebis.ts"

const { values: options } = parseArgs({
  options: {
    tables: { type: "string", default: "200" },
    statements: { type: "string", default: "1000" },
    kinds: { type: "string", default: sharedKinds.join(",") },
    keep: { type: "boolean", default: false },
  },
})
const kinds = sharedKinds.filter((kind) => options.kinds.split(",").includes(kind))
const tables = Number(options.tables)
const statements = Number(options.statements)
const folder = fileURLToPath(new URL("../../.tmp/bench-types", import.meta.url))

async function costOf(library: Library<SharedKind>, size: { tables: number; statements: number }): Promise<Cost> {
  const place = join(folder, `${library.name}-${size.tables}-${size.statements}`)
  await rm(place, { recursive: true, force: true })
  await writeProject(place, planProject(size, kinds), library)
  const cost = await measure(place)
  if (cost.errors.length > 0) throw new TypeError(`${library.name} does not compile:\n${cost.errors.slice(0, 10).join("\n")}`)
  return cost
}

const parts = [
  ["the library alone", { tables: 0, statements: 0 }],
  [`${tables} tables`, { tables, statements: 0 }],
  [`${tables} tables, ${statements} statements`, { tables, statements }],
] as const
console.log(`kinds of statement: ${kinds.join(", ")}\n`)
for (const [title, size] of parts) {
  const rows: string[][] = [[title, "instantiations", "types", "symbols", "memory, MiB", "check, s"]]
  for (const library of [rebis, drizzle, kysely] as Library<SharedKind>[]) {
    const { instantiations, types, symbols, memory, check } = await costOf(library, size)
    const counts = [instantiations, types, symbols, memory].map((count) => count.toLocaleString("en"))
    rows.push([library.name, ...counts, check.toFixed(2)])
  }
  const widths = rows[0]!.map((_, place) => Math.max(...rows.map((row) => row[place]!.length)))
  const lines = rows.map(
    (row) => `| ${row.map((cell, place) => (place === 0 ? cell.padEnd(widths[place]!) : cell.padStart(widths[place]!))).join(" | ")} |`,
  )
  lines.splice(1, 0, `| ${widths.map((width, place) => (place === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`)
  console.log(`${lines.join("\n")}\n`)
}
if (!options.keep) await rm(folder, { recursive: true, force: true })

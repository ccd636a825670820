/** What the package exports says what it does, where it is declared. */
import assert from "node:assert/strict"
import { globSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { describe, test } from "node:test"
import { fileURLToPath } from "node:url"

const sources = fileURLToPath(new URL("../../src", import.meta.url))
const files = globSync("**/*.ts", { cwd: sources }).map((path) => ({ path, text: readFileSync(join(sources, path), "utf8") }))
const textOf = (path: string) => files.find((file) => file.path.replaceAll("\\", "/") === path)?.text ?? ""

const declaration = (name: string) =>
  new RegExp(`^export (?:declare )?(?:abstract )?(?:async )?(?:function\\*?|const|class|type|interface) (?<name>${name})\\b`, "gm")

/** The names that a file exports, those of the files that it passes on whole included. */
function namesIn(path: string): string[] {
  const text = textOf(path).replaceAll(/^\s*\/\/.*$/gm, "")
  const named = (matches: Iterable<RegExpExecArray>, group: string) => [...matches].map((match) => match.groups?.[group] ?? "")
  const doors = named(text.matchAll(/^export \* from "(?<door>[^"]+)"/gm), "door").map((door) => posix.join(posix.dirname(path), door))
  const listed = named(text.matchAll(/^export (?:type )?\{(?<names>[^}]*)\}/gm), "names").flatMap((names) => names.split(","))
  const names = listed.map((name) => name.replace(/^\s*type /, "").trim()).filter((name) => name !== "")
  return [...names, ...named(text.matchAll(declaration("\\w+")), "name"), ...doors.flatMap(namesIn)]
}

function isDocumented(name: string): boolean {
  return files.some(({ text }) => {
    const found = declaration(name).exec(text)
    return found !== null && /\*\/\s*$/.test(text.slice(0, found.index))
  })
}

describe("what is exported", () => {
  for (const door of ["index.ts", "testing/index.ts", "http/fastify.ts", "http/hono.ts"]) {
    test(`by ${door} has a docstring`, () => {
      const names = namesIn(door)
      assert.ok(names.length > 0, `${door} exports nothing`)
      const without = [...new Set(names)].filter((name) => !isDocumented(name))
      assert.deepEqual(without, [])
    })
  }

  test("is read from the doors", () => {
    const names = namesIn("index.ts")
    assert.ok(["select", "Session", "RebisError", "integer", "IsoDate"].every((name) => names.includes(name)))
  })
})

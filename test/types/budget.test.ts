/**
 * What a large application costs the compiler: 200 models and 1,000 statements, written by `bench/types`. The numbers are counts,
 * the same on every machine, so they have ceilings; time is not asserted. `npm run bench:types` shows them beside other libraries'.
 */
import assert from "node:assert/strict"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { writeProject } from "../../bench/types/library.ts"
import { measure } from "../../bench/types/measure.ts"
import { planProject, sharedKinds } from "../../bench/types/project.ts"
import { ownKinds } from "../../bench/types/rebis-own.ts"
import { rebis } from "../../bench/types/rebis.ts"

/**
 * Of the application, without what checking the sources of Rebis itself costs, which its users do not: about 1.3 times what was
 * measured when they were last set. A change that needs more has made a type dearer: `--generateTrace`
 * and the bench's `--kinds` say which. Raise them only for what is worth it, and say so in the commit.
 */
const ceilings = { instantiations: 770_000, types: 145_000 }

describe("the compiler's budget", async () => {
  const folder = fileURLToPath(new URL("../../.tmp/types-budget", import.meta.url))
  const kinds = [...sharedKinds, ...ownKinds]
  await rm(folder, { recursive: true, force: true })
  const project = planProject({ tables: 200, statements: 1000 }, kinds)
  await writeProject(join(folder, "whole"), project, rebis)
  await writeProject(join(folder, "nothing"), planProject({ tables: 0, statements: 0 }, kinds), rebis)
  const [nothing, cost] = [await measure(join(folder, "nothing")), await measure(join(folder, "whole"))]
  after(() => rm(folder, { recursive: true, force: true }))

  test("is measured on 200 models and 1,000 statements of every kind", () => {
    assert.equal(project.tables.length, 200)
    assert.equal(project.statements.length, 1000)
    assert.ok(project.tables.every((table) => table.columns.length + table.references.length >= 8))
    assert.deepEqual(new Set(project.statements.map(({ kind }) => kind)), new Set(kinds))
  })

  test("is of a project that compiles", () => assert.deepEqual(cost.errors.slice(0, 10), []))

  for (const [name, ceiling] of Object.entries(ceilings) as ["instantiations" | "types", number][]) {
    test(`holds for ${name}`, (context) => {
      const own = cost[name] - nothing[name]
      context.diagnostic(`${own} ${name}, at most ${ceiling}`)
      assert.ok(own <= ceiling, `${own} ${name}; the ceiling is ${ceiling}`)
      // A ceiling far above says nothing.
      assert.ok(own >= ceiling / 2, `${own} ${name}; the ceiling of ${ceiling} is too far above: lower it`)
    })
  }

  test("is the same from run to run", async () => {
    const again = await measure(join(folder, "whole"))
    assert.deepEqual([again.instantiations, again.types], [cost.instantiations, cost.types])
  })

  test("sees errors in the project", async () => {
    const wrong = { ...rebis, statements: () => 'export const wrong: string = 1\nimport { select } from "rebis"\nvoid select\n' }
    await writeProject(join(folder, "wrong"), planProject({ tables: 3, statements: 1 }, kinds), wrong)
    const { errors } = await measure(join(folder, "wrong"))
    assert.equal(errors.length, 1)
    assert.match(errors[0] ?? "", /error TS2322: Type 'number' is not assignable to type 'string'/)
  })
})

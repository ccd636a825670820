/** As printed: a second migration of the same name on the same day overwrote the first, and every later command failed. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { forEachDatabase } from "../../support/databases.ts"
import { guideProject, rebis, today } from "../project.ts"

forEachDatabase("trap: a file template without an identifier", (database) => {
  test("a second migration of the same name on the same day gets a suffix, and both are applied", async () => {
    await using project = await guideProject()
    const url = await database.url()
    const succeeds = async (...args: string[]) => {
      const { code, out, error } = await rebis(project, args)
      assert.equal(code, 0, error)
      return out
    }
    await succeeds("revision", "-m", "add_user_email_index")
    const first = await project.read(`migrations/${today()}_add_user_email_index.ts`)
    await succeeds("revision", "-m", "add_user_email_index")
    assert.deepEqual(await project.migrationFiles(), [`${today()}_add_user_email_index.ts`, `${today()}_add_user_email_index_2.ts`])
    assert.equal(await project.read(`migrations/${today()}_add_user_email_index.ts`), first)
    await succeeds("upgrade", "head", "--url", url)
    assert.match(await succeeds("current", "--url", url), /add_user_email_index_2\.ts/)
    assert.equal((await succeeds("history", "--url", url)).match(/add_user_email_index/g)?.length, 2)
    await succeeds("downgrade", "base", "--url", url)
  })
})

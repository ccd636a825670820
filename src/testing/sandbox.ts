import { type Connection, type Engine, redirectConnections } from "../engine/index.ts"
import { SandboxDriver } from "./sandbox-driver.ts"

/** How the transaction around a sandbox is begun. */
export type SandboxOptions = NonNullable<Parameters<Connection["begin"]>[0]>

/** A database whose changes are undone at the end, see {@link openSandbox}. */
export interface Sandbox extends AsyncDisposable {
  /** An engine whose connections are the sandbox's: for `sessionmaker(box.engine)`, and for counting statements. */
  readonly engine: Engine
  /** Runs `work` while the engine itself gives the sandbox's connections, also to sessions of factories that were made before. */
  run<T>(work: () => T): T
  /** Undoes everything. @throws ForeignKeyViolationError, … when a deferred constraint is violated at the end */
  end(): Promise<void>
}

/**
 * A sandbox on a connection of its own: what is begun, committed and rolled back in it happens inside of one transaction, which is
 * rolled back at the end. Constraints that are deferred are checked at each commit. Sessions follow one on another: two transactions
 * at once are refused, since there is one connection. All have the isolation level of the transaction around them.
 *
 * @example
 * let box: Sandbox
 * beforeEach(async () => { box = await openSandbox(engine) })
 * afterEach(() => box.end())
 * test("…", () => box.run(async () => { await app.inject({ method: "POST", url: "/posts", payload }) }))
 */
export async function openSandbox(engine: Engine, options: SandboxOptions = {}): Promise<Sandbox> {
  const connection = engine.unreportedConnection()
  await connection.open()
  connection.begin(options)
  const driver = new SandboxDriver(engine, connection)
  const inner = engine.withDriver(driver)
  let ended: Promise<void> | undefined
  const end = async () => {
    await inner.dispose({ grace: 0 })
    try {
      await driver.checkConstraints()
    } finally {
      await connection.release()
    }
  }
  return {
    engine: inner,
    run: (work) => redirectConnections(engine, inner, work),
    end: () => (ended ??= end()),
    [Symbol.asyncDispose]: () => (ended ??= end()),
  }
}

/**
 * Runs `work` in a sandbox, and undoes what it did: see {@link openSandbox}. Inside, the engine gives the sandbox's connections.
 *
 * @example
 * test("a post is stored", () => sandbox(engine, async () => {
 *   await app.inject({ method: "POST", url: "/posts", payload: { title: "Notes" } })
 *   assert.equal((await sessions.begin((db) => db.all(select(Post)))).length, 1)
 * }))
 */
export async function sandbox<T>(engine: Engine, work: (box: Sandbox) => Promise<T> | T, options?: SandboxOptions): Promise<T> {
  const box = await openSandbox(engine, options)
  let result: T
  try {
    result = await box.run(() => work(box))
  } catch (error) {
    // What the work failed with is what its caller has to see.
    await box.end().catch(() => undefined)
    throw error
  }
  await box.end()
  return result
}

/**
 * Rebis beside raw node-postgres, Kysely and Drizzle on the same work, in one run, rounds interleaved.
 *
 *   npm run bench                                  everything, about four minutes
 *   npm run bench -- --lines getByKey,request      some lines
 *   npm run bench -- --contenders pg,rebis --rounds 9 --milliseconds 400 --lanes 1,16
 *   npm run bench -- --json results.json           the medians as data too
 */
import { type ChildProcess, fork } from "node:child_process"
import { writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import pg from "pg"
import { startDatabase } from "./database.ts"
import { type Cell, report } from "./report.ts"
import type { Command, Measurement } from "./worker.ts"
import { lines } from "./workload.ts"

const { values: options } = parseArgs({
  options: {
    contenders: { type: "string", default: "pg,kysely,drizzle,rebis" },
    lines: { type: "string", default: Object.keys(lines).join(",") },
    rounds: { type: "string", default: "5" },
    milliseconds: { type: "string", default: "250" },
    lanes: { type: "string", default: "1,16" },
    url: { type: "string" },
    json: { type: "string" },
  },
})
const poolSize = 10

class Worker {
  readonly name: string
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  #last = 0

  constructor(name: string) {
    this.name = name
    this.#process = fork(new URL("worker.ts", import.meta.url), [name], {
      execArgv: ["--conditions=rebis-source", "--disable-warning=ExperimentalWarning"],
      env: { ...process.env, TZ: "UTC" },
    })
    this.#process.on("exit", (code) => {
      for (const waiting of this.#waiting.values()) waiting.reject(new TypeError(`${name} ended with ${code}`))
    })
    this.#process.on("message", (message: { id: number; answer?: unknown; failure?: string }) => {
      const waiting = this.#waiting.get(message.id)
      if (message.failure === undefined) waiting?.resolve(message.answer)
      else waiting?.reject(new TypeError(`${name}: ${message.failure}`))
    })
  }
  ready(): Promise<unknown> {
    return this.#answer(0)
  }
  ask<T>(command: Command): Promise<T> {
    const id = ++this.#last
    this.#process.send({ id, command })
    return this.#answer(id) as Promise<T>
  }
  stop(): void {
    this.#process.kill()
  }
  #answer(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }
}

const database = options.url === undefined ? await startDatabase() : { url: options.url, stop: async () => {} }
const workers = options.contenders.split(",").map((name) => new Worker(name))
try {
  await Promise.all(workers.map((worker) => worker.ready()))
  const titles = new Map<string, string>()
  for (const worker of workers) titles.set(worker.name, await worker.ask<string>({ kind: "open", url: database.url, poolSize }))
  await requireEqualAnswers()
  const cells = await measureAll()
  process.stdout.write(report(cells, titles, options.lanes.split(",").map(Number)))
  if (options.json !== undefined) await writeFile(options.json, JSON.stringify(cells, null, 2))
  for (const worker of workers) await worker.ask({ kind: "close" })
} finally {
  for (const worker of workers) worker.stop()
  await database.stop()
}

/** Speed is only compared between libraries that give the same data. */
async function requireEqualAnswers(): Promise<void> {
  const answers = new Map<string, string>()
  for (const worker of workers) {
    answers.set(worker.name, await worker.ask<string>({ kind: "fingerprint" }))
    await empty()
  }
  const [first, ...others] = [...answers]
  for (const [name, answer] of others) {
    if (answer === first![1]) continue
    const at = [...answer].findIndex((character, index) => character !== first![1][index])
    throw new TypeError(
      `${name} and ${first![0]} answer differently at ${at}:\n${answer.slice(Math.max(0, at - 80), at + 80)}\n${first![1].slice(Math.max(0, at - 80), at + 80)}`,
    )
  }
  console.log(`${answers.size} contenders give the same data\n`)
}

async function measureAll(): Promise<Cell[]> {
  const cells: Cell[] = []
  for (const line of options.lines.split(",")) {
    for (const lanes of options.lanes.split(",").map(Number)) {
      for (const worker of workers) await worker.ask({ kind: "measure", line, lanes, milliseconds: Number(options.milliseconds) / 2 })
      for (let round = 0; round < Number(options.rounds); round++) {
        const order = [...workers.slice(round % workers.length), ...workers.slice(0, round % workers.length)]
        for (const worker of order) {
          if (lines[line]!.writes) await empty()
          const measurement = await worker.ask<Measurement>({ kind: "measure", line, lanes, milliseconds: Number(options.milliseconds) })
          cells.push({ contender: worker.name, line, lanes, round, ...measurement })
        }
      }
    }
  }
  return cells
}

/** Every round of a writing line starts with the same tables. */
async function empty(): Promise<void> {
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query("truncate note restart identity")
  await client.query("vacuum post")
  await client.end()
}

/** One contender in a process of its own: its own heap, its own just-in-time code, its own CPU account. */
import { type Contender, fingerprint, lines } from "./workload.ts"

export type Command =
  | { readonly kind: "open"; readonly url: string; readonly poolSize: number }
  | { readonly kind: "fingerprint" }
  | { readonly kind: "measure"; readonly line: string; readonly lanes: number; readonly milliseconds: number }
  | { readonly kind: "close" }

export interface Measurement {
  readonly operations: number
  readonly seconds: number
  /** User and system time of this process, in microseconds. */
  readonly cpu: number
}

const name = process.argv[2] ?? ""
const module = (await import(`./contenders/${name}.ts`)) as { open(url: string, poolSize: number): Promise<Contender> }
let contender: Contender | undefined
/** Arguments go on where the line's last round left off. */
const positions = new Map<string, number>()

async function perform(command: Command): Promise<unknown> {
  if (command.kind === "open") {
    contender = await module.open(command.url, command.poolSize)
    return contender.title
  }
  if (contender === undefined) throw new TypeError("open comes first")
  if (command.kind === "fingerprint") return await fingerprint(contender)
  if (command.kind === "measure") return await measure(contender, command)
  await contender.close()
  setImmediate(() => process.disconnect())
  return undefined
}

async function measure(subject: Contender, command: Command & { kind: "measure" }): Promise<Measurement> {
  const line = lines[command.line]!
  let position = positions.get(command.line) ?? 0
  let operations = 0
  const cpu = process.cpuUsage()
  const begin = performance.now()
  const end = begin + command.milliseconds
  const lane = async (number: number): Promise<void> => {
    do {
      await line.run(subject, position++, number)
      operations++
    } while (performance.now() < end)
  }
  await Promise.all(Array.from({ length: command.lanes }, (_, number) => lane(number)))
  const seconds = (performance.now() - begin) / 1000
  const used = process.cpuUsage(cpu)
  positions.set(command.line, position)
  return { operations, seconds, cpu: used.user + used.system }
}

process.on("message", (message: { readonly id: number; readonly command: Command }) => {
  perform(message.command).then(
    (answer) => process.send!({ id: message.id, answer }),
    (error: unknown) => process.send!({ id: message.id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.send!({ id: 0, answer: "ready" })

import type { Measurement } from "./worker.ts"
import { lines } from "./workload.ts"

export interface Cell extends Measurement {
  readonly contender: string
  readonly line: string
  readonly lanes: number
  readonly round: number
}

/** Throughput as a ratio to the first contender's in the same round, and CPU per operation: medians of the rounds. */
export function report(cells: readonly Cell[], titles: ReadonlyMap<string, string>, laneCounts: readonly number[]): string {
  const names = [...titles.keys()]
  const baseline = names[0]!
  let text = ""
  for (const lanes of laneCounts) {
    text += `${lanes} in flight: throughput against ${titles.get(baseline)} (Node CPU per operation, µs)\n\n`
    text += `| | ${names.map((name) => titles.get(name)).join(" | ")} |\n| --- |${" ---: |".repeat(names.length)}\n`
    for (const line of new Set(cells.map((cell) => cell.line))) {
      const own = cells.filter((cell) => cell.line === line && cell.lanes === lanes)
      const columns = names.map((name) => {
        const rounds = own.filter((cell) => cell.contender === name)
        const ratio = median(
          rounds.map((cell) => rate(cell) / rate(own.find((other) => other.contender === baseline && other.round === cell.round)!)),
        )
        const cpu = median(rounds.map((cell) => cell.cpu / cell.operations))
        return `${ratio.toFixed(2)} (${cpu < 100 ? cpu.toFixed(0) : Math.round(cpu)})`
      })
      text += `| ${lines[line]!.title} | ${columns.join(" | ")} |\n`
    }
    text += "\n"
  }
  return text
}

const rate = (cell: Cell): number => cell.operations / cell.seconds

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

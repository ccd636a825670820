const wholeNumbers: readonly string[] = ["smallint", "integer", "bigint"]
const fractions: readonly string[] = ["numeric", "real", "double precision"]

/** What a change of type takes from values without refusing them, or `undefined`. Types are as SQL spells them, in any case. */
export function lossOfConversion(from: string, to: string): string | undefined {
  const source = parseType(from)
  const target = parseType(to)
  if (fractions.includes(source.base) && wholeNumbers.includes(target.base)) return "rounds to whole numbers"
  if (source.base !== "real" && fractions.includes(source.base) && target.base === "real") return "rounds to about 6 digits"
  if (source.base === "numeric" && target.base === "double precision") return "rounds to about 15 digits"
  if (source.base === "numeric" && target.base === "numeric" && target.scale < source.scale) return `rounds to ${target.scale} decimals`
  if (source.base.startsWith("timestamp") && target.base === "date") return "drops the time of day"
  if (source.base.startsWith("timestamp") && target.base.startsWith("time ")) return "drops the day"
  if (source.base.startsWith("time") && source.base === target.base && target.precision < source.precision)
    return "rounds fractions of a second"
  return undefined
}

function parseType(text: string): { readonly base: string; readonly precision: number; readonly scale: number } {
  const lower = text.toLowerCase()
  const [, first, second] = /\((\d+)(?:, ?(\d+))?\)/.exec(lower) ?? []
  const base = lower.replace(/ ?\([^)]*\)/, "")
  const long = aliases[base] ?? base
  return { base: long, precision: Number(first ?? Infinity), scale: first === undefined ? Infinity : Number(second ?? 0) }
}

const aliases: Readonly<Record<string, string>> = {
  timestamptz: "timestamp with time zone",
  timestamp: "timestamp without time zone",
  time: "time without time zone",
  decimal: "numeric",
  float4: "real",
  float8: "double precision",
}

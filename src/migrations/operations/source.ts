import type { NameInput } from "./inputs.ts"

/** Plain data as a migration file can hold it. */
export type SourceValue = string | number | boolean | null | undefined | readonly SourceValue[] | { readonly [key: string]: SourceValue }

const width = 140
/** How far calls are indented in a migration file: two levels. */
const callIndent = 4

/** A call of `op`, as the formatter would leave it: on one line where it fits, else with its last argument spread out. */
export function callSource(method: string, ...args: readonly unknown[]): string {
  const values = args.filter((value) => value !== undefined) as SourceValue[]
  const flat = `op.${method}(${values.map(flatSource).join(", ")})`
  if (callIndent + flat.length <= width && !values.some(mustSpread)) return flat
  const last = values.at(-1)
  if (typeof last === "object" && last !== null) {
    const head = [...values.slice(0, -1).map(flatSource), ""].join(", ")
    return `op.${method}(${head}${spreadSource(last, 0)})`
  }
  const lines = values.map((value) => {
    const flat = flatSource(value)
    return `  ${callIndent + flat.length + 3 <= width && !mustSpread(value) ? flat : spreadSource(value, 2)},\n`
  })
  return `op.${method}(\n${lines.join("")})`
}

/** `"user"`, or `"audit.user"` for what is shown to people. */
export function nameTitle(name: NameInput): string {
  if (typeof name === "string") return name
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`
}

function flatSource(value: SourceValue): string {
  if (typeof value === "string") return stringSource(value)
  if (Array.isArray(value)) return `[${(value as readonly SourceValue[]).map(flatSource).join(", ")}]`
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined)
    return entries.length === 0 ? "{}" : `{ ${entries.map(([key, each]) => `${keySource(key)}: ${flatSource(each)}`).join(", ")} }`
  }
  return String(value)
}

/** `indent` is that of the line which the value begins on, relative to the call. */
function spreadSource(value: SourceValue, indent: number): string {
  const pad = " ".repeat(indent + 2)
  const end = " ".repeat(indent)
  const fits = (text: string, before: number) => callIndent + indent + 2 + before + text.length + 1 <= width
  if (Array.isArray(value)) {
    const lines = (value as readonly SourceValue[]).map((each) => {
      const flat = flatSource(each)
      return `${pad}${fits(flat, 0) && !mustSpread(each) ? flat : spreadSource(each, indent + 2)},`
    })
    return `[\n${lines.join("\n")}\n${end}]`
  }
  if (typeof value === "object" && value !== null) {
    const lines = Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => {
        const flat = flatSource(each)
        const name = `${keySource(key)}: `
        return `${pad}${name}${fits(flat, name.length) && !mustSpread(each) ? flat : spreadSource(each, indent + 2)},`
      })
    return `{\n${lines.join("\n")}\n${end}}`
  }
  return flatSource(value)
}

/** The formatter never leaves several objects, or several lists, of more than one entry on one line. */
function mustSpread(value: SourceValue): boolean {
  if (Array.isArray(value)) {
    const items = value as readonly SourceValue[]
    const sizes = items.map((each) =>
      typeof each === "object" && each !== null ? Object.values(each).filter((part) => part !== undefined).length : 0,
    )
    const alike = items.every(Array.isArray) || items.every((each) => !Array.isArray(each))
    return (items.length > 1 && alike && sizes.every((size) => size > 1)) || items.some(mustSpread)
  }
  return typeof value === "object" && value !== null && Object.values(value).some(mustSpread)
}

function keySource(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : stringSource(key)
}

/** In the quotes that need fewer escapes. */
export function stringSource(text: string): string {
  const doubles = text.split('"').length
  const singles = text.split("'").length
  const quoted = JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")
  if (doubles <= singles) return quoted
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

import type { Nested } from "../values/array-shape.ts"
import { hexOf } from "../values/bytes.ts"
import type { Parameter } from "../values/codec-of-rules.ts"
import { WireMoment } from "../values/wire-moment.ts"

/** PostgreSQL's text form of an array of parameters: `{1,"a \"b\"",NULL}`, nested for further dimensions. */
export function printArray(items: Nested<Parameter>, delimiter: Delimiter = ","): string {
  let text = "{"
  for (let index = 0; index < items.length; index++) {
    if (index > 0) text += delimiter
    text += printItem(items[index]!, delimiter)
  }
  return `${text}}`
}

/** What stands between the elements of an array's text: a comma for every type but box. */
export type Delimiter = "," | ";"

function printItem(item: Nested<Parameter> | Parameter | WireMoment | null, delimiter: Delimiter): string {
  if (typeof item === "string") return quote(item)
  if (typeof item !== "object") return String(item)
  if (item === null) return "NULL"
  if (item instanceof WireMoment) return quote(item.toString())
  return isBytes(item) ? quote(`\\x${hexOf(item)}`) : printArray(item, delimiter)
}

function isBytes(item: Nested<Parameter> | Uint8Array): item is Uint8Array {
  return item instanceof Uint8Array
}

const special = /[\\"]/
const everySpecial = /[\\"]/g

function quote(text: string): string {
  return special.test(text) ? `"${text.replace(everySpecial, "\\$&")}"` : `"${text}"`
}

/**
 * Reads the text form of an array, each element by `convert`. Lower bounds other than 1 (`[0:1]={…}`) are dropped.
 * @returns undefined when the text is not an array's
 */
export function parseArray(text: string, convert: (raw: string) => unknown, delimiter: Delimiter = ","): unknown[] | undefined {
  const comma = delimiter.charCodeAt(0)
  const start = text.startsWith("[") ? text.indexOf("=") + 1 : 0
  if (text.charCodeAt(start) !== openBrace) return undefined
  const outer: unknown[][] = []
  let items: unknown[] = []
  let position = start + 1
  while (position < text.length) {
    switch (text.charCodeAt(position)) {
      case openBrace:
        outer.push(items)
        items = []
        position++
        break
      case closeBrace: {
        position++
        const parent = outer.pop()
        if (parent === undefined) return position === text.length ? items : undefined
        parent.push(items)
        items = parent
        break
      }
      case comma:
        position++
        break
      case doubleQuote: {
        const end = closingQuote(text, position + 1)
        const quoted = text.slice(position + 1, end)
        items.push(convert(quoted.includes("\\") ? quoted.replace(/\\(.)/gs, "$1") : quoted))
        position = end + 1
        break
      }
      default: {
        const end = endOfBare(text, position, comma)
        const bare = text.slice(position, end)
        items.push(bare === "NULL" ? null : convert(bare))
        position = end
      }
    }
  }
  return undefined
}

const openBrace = 123
const closeBrace = 125
const doubleQuote = 34
const backslash = 92

function closingQuote(text: string, from: number): number {
  let position = from
  while (position < text.length) {
    const code = text.charCodeAt(position)
    if (code === doubleQuote) return position
    position += code === backslash ? 2 : 1
  }
  return position
}

function endOfBare(text: string, from: number, comma: number): number {
  let position = from
  while (position < text.length) {
    const code = text.charCodeAt(position)
    if (code === comma || code === closeBrace) return position
    position++
  }
  return position
}

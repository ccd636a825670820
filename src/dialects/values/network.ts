import type { SqlType } from "../../sql/index.ts"
import { brief, cannotHold, unreadable, wrongType } from "./refusal.ts"
import type { ValueRules } from "./rules.ts"
import { typeLabel } from "./type-label.ts"

/**
 * inet: an address with or without the length of a network's prefix, `192.168.0.1`, `192.168.0.1/24`, `2001:db8::1`.
 * cidr: a network, whose address has no bits behind the prefix; it always says its length.
 */
export function networkAddress(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  const isNetwork = type.kind === "cidr"
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "an address as a string")
      const [, address = "", prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(value) ?? []
      const words = ipv4Words(address) ?? ipv6Words(address)
      if (words === undefined) throw cannotHold(label, value, "it is not an IPv4 or IPv6 address")
      const size = words.length * 16
      const length = prefix === undefined ? size : Number(prefix)
      if (length > size) throw cannotHold(label, value, `the prefix of such an address has at most ${size} bits`)
      if (isNetwork && hasBitsBehind(words, length)) throw cannotHold(label, value, `it has bits set behind the first ${length}`)
      const printed = size === 32 ? address : printIpv6(words)
      return isNetwork || length < size ? `${printed}/${length}` : printed
    },
    read: (raw) => (isNetwork ? readText(label, raw) : withoutFullLength(readText(label, raw))),
  }
}

/** Cast to text, an inet says its length where its own print does not. */
function withoutFullLength(text: string): string {
  const full = text.includes(":") ? "/128" : "/32"
  return text.endsWith(full) ? text.slice(0, -full.length) : text
}

/** The two numbers of 16 bits, or `undefined` for anything but four decimal numbers. */
function ipv4Words(address: string): readonly number[] | undefined {
  const parts = address.split(".")
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number)
  return [a * 256 + b, c * 256 + d]
}

/** The eight numbers of 16 bits, or `undefined` for what is no IPv6 address; its end may be written as an IPv4 address. */
function ipv6Words(address: string): readonly number[] | undefined {
  const [before = "", after, ...more] = address.split("::")
  const head = groupsOf(before, after === undefined)
  const tail = after === undefined ? [] : groupsOf(after, true)
  if (head === undefined || tail === undefined || more.length > 0) return undefined
  const missing = 8 - head.length - tail.length
  if (after === undefined ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

function groupsOf(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === "") return []
  const groups = text.split(":")
  const words: number[] = []
  for (const [index, group] of groups.entries()) {
    const ipv4 = mayEndInIpv4 && index === groups.length - 1 ? ipv4Words(group) : undefined
    if (ipv4 !== undefined) words.push(...ipv4)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) words.push(Number.parseInt(group, 16))
    else return undefined
  }
  return words
}

function hasBitsBehind(words: readonly number[], length: number): boolean {
  return words.some((word, index) => (word & (0xffff >> Math.min(Math.max(length - 16 * index, 0), 16))) !== 0)
}

/** As PostgreSQL prints it: the first of the longest runs of zeros left out, an embedded IPv4 address as one. */
function printIpv6(words: readonly number[]): string {
  const { start, length } = longestZeros(words)
  const hex = (part: readonly number[]) => part.map((word) => word.toString(16)).join(":")
  if (length < 2) return hex(words)
  if (start === 0 && (length === 6 || (length === 5 && words[5] === 0xffff))) {
    const ipv4 = words.slice(6).flatMap((word) => [word >> 8, word & 255])
    return `::${length === 5 ? "ffff:" : ""}${ipv4.join(".")}`
  }
  return `${hex(words.slice(0, start))}::${hex(words.slice(start + length))}`
}

function longestZeros(words: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 }
  let length = 0
  words.forEach((word, index) => {
    length = word === 0 ? length + 1 : 0
    if (length > longest.length) longest = { start: index - length + 1, length }
  })
  return longest
}

const hardwareForm =
  /^(?:[0-9a-f]{2}(?:([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*)|[0-9a-f]{6}[:-][0-9a-f]{6,10}|[0-9a-f]{4}([.-])[0-9a-f]{4}(?:\2[0-9a-f]{4})*|[0-9a-f]+)$/

/** macaddr of six bytes and macaddr8 of eight, `08:00:2b:01:02:03`; a macaddr8 of six bytes gets `ff:fe` in its middle. */
export function hardwareAddress(type: SqlType): ValueRules<string> {
  const label = typeLabel(type)
  const isLong = type.kind === "macaddr8"
  return {
    check(value) {
      if (typeof value !== "string") throw wrongType(label, value, "an address as a string")
      const text = value.toLowerCase()
      const digits = hardwareForm.test(text) ? text.replace(/[^0-9a-f]/g, "") : ""
      if (digits.length === 16 && isLong) return inPairs(digits)
      if (digits.length === 12) return inPairs(isLong ? `${digits.slice(0, 6)}fffe${digits.slice(6)}` : digits)
      throw cannotHold(label, value, `it is not of the form ${brief(`08:00:2b:01:02:03${isLong ? ":04:05" : ""}`)}`)
    },
    read: (raw) => readText(label, raw),
  }
}

function inPairs(digits: string): string {
  return digits.replace(/..(?!$)/g, "$&:")
}

function readText(label: string, raw: unknown): string {
  if (typeof raw === "string") return raw
  throw unreadable(label, raw)
}

import type { CompileError } from "./type-checker.ts"

const comment = /^\s*\/\/ error: (?<code>TS\d+) (?<message>.*)$/

/** A `// error: TS2345 message` comment, or an error that the compiler reported. `line` is the offending line, 1-based. */
export interface ExpectedError {
  readonly line: number
  readonly code: string
  readonly message: string
}

/** Reads the comments of a file. Each speaks of the first line below it that is not such a comment. */
export function expectedErrors(source: string): ExpectedError[] {
  const lines = source.split("\n")
  return lines.flatMap((text, index) => {
    const match = comment.exec(text)?.groups
    if (match === undefined) return []
    const offset = lines.slice(index).findIndex((line) => !comment.test(line))
    return [{ line: index + offset + 1, code: match.code ?? "", message: match.message ?? "" }]
  })
}

/** What differs between the comments and the compiler's errors, in both directions; empty when they agree. */
export function compareErrors(path: string, source: string, actual: readonly CompileError[]): string[] {
  const key = (error: ExpectedError) => `${path}:${error.line} ${error.code} ${error.message}`
  const expected = expectedErrors(source).map(key)
  const found = actual.map(key)
  return [
    ...without(expected, found).map((error) => `expected, but compiles: ${error}`),
    ...without(found, expected).map((error) => `not expected: ${error}`),
  ]
}

/** The source with the comments that the errors call for, in place of those it has. */
export function withErrors(source: string, actual: readonly CompileError[]): string {
  return source
    .split("\n")
    .flatMap((text, index) => {
      if (comment.test(text)) return []
      const indent = /^\s*/.exec(text)?.[0] ?? ""
      const errors = actual.filter(({ line }) => line === index + 1)
      return [...errors.map(({ code, message }) => `${indent}// error: ${code} ${message}`), text]
    })
    .join("\n")
}

/** The elements of `left` that `right` lacks, counting repeats. */
function without(left: readonly string[], right: readonly string[]): string[] {
  const rest = [...right]
  return left.filter((each) => {
    const index = rest.indexOf(each)
    if (index >= 0) rest.splice(index, 1)
    return index < 0
  })
}

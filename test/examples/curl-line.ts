/** A line such as `curl -X PATCH http://… -H 'content-type: application/json' -d '{"a":1}'`. */
export interface CurlLine {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** The lines of a text that begin with `curl`. @throws TypeError for an option that is not known here */
export function curlLines(text: string): CurlLine[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("curl "))
    .map(parse)
}

function parse(line: string): CurlLine {
  const words = Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? "").slice(1)
  const headers: Record<string, string> = {}
  let url: string | undefined
  let method: string | undefined
  let body: string | undefined
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-X") method = words.shift()
    else if (word === "-d") body = words.shift()
    else if (word === "-H") {
      const [name = "", value = ""] = (words.shift() ?? "").split(": ")
      headers[name] = value
    } else if (word.startsWith("-")) throw new TypeError(`${line}: what is ${word}?`)
    else url = word
  }
  if (url === undefined) throw new TypeError(`${line} has no URL`)
  return { url, method: method ?? (body === undefined ? "GET" : "POST"), headers, body }
}

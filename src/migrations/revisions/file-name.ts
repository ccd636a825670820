import { ArgumentError } from "../../errors/index.ts"

/** `2025-12-27_add_user_email_index.ts` */
export const defaultFileTemplate = "{year}-{month}-{day}_{slug}"

const tokens = ["year", "month", "day", "hour", "minute", "second", "slug", "revision"]
const longestSlug = 60

export interface FileNameParts {
  readonly message: string
  readonly revision: string
  /** In the local time zone. */
  readonly date: Date
}

/**
 * The name of a migration's file: the template with its tokens filled in, and `.ts` where it says no extension. Tokens are `{year}`,
 * `{month}`, `{day}`, `{hour}`, `{minute}`, `{second}`, `{slug}` and `{revision}`.
 * @throws ArgumentError when the template has an unknown token or would lead to another folder.
 */
export function migrationFileName(template: string, { message, revision, date }: FileNameParts): string {
  const values: Record<string, string> = {
    year: String(date.getFullYear()).padStart(4, "0"),
    month: twoDigits(date.getMonth() + 1),
    day: twoDigits(date.getDate()),
    hour: twoDigits(date.getHours()),
    minute: twoDigits(date.getMinutes()),
    second: twoDigits(date.getSeconds()),
    slug: slug(message),
    revision,
  }
  const name = template.replaceAll(/\{(\w*)\}/g, (_, token: string) => {
    const value = values[token]
    if (value === undefined) throw templateError(template, `{${token}} is not a token`)
    return value
  })
  if (/[/\\\0]/.test(name)) throw templateError(template, "a file name has no slash")
  return /\.m?ts$/.test(name) ? name : `${name}.ts`
}

/** `Add user's e-mail index` → `add_users_e_mail_index`. @throws ArgumentError when nothing is left of the message. */
export function slug(message: string): string {
  const words = message
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f'’]/g, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
  if (words === null) throw new ArgumentError(`${JSON.stringify(message)} cannot name a migration: it has neither letters nor digits`)
  return shortened(words.join("_"))
}

/** Ends at a word where it is too long. */
function shortened(text: string): string {
  if (text.length <= longestSlug) return text
  const cut = text.slice(0, longestSlug + 1)
  const end = cut.lastIndexOf("_")
  return end > 0 ? cut.slice(0, end) : cut.slice(0, longestSlug)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0")
}

function templateError(template: string, problem: string): ArgumentError {
  return new ArgumentError(`file template ${JSON.stringify(template)}: ${problem}`, {
    hint: `tokens are ${tokens.map((token) => `{${token}}`).join(", ")}`,
  })
}

import { run } from "../../src/cli/run.ts"
import { CliProject, type CliResult } from "../migrations/cli-project.ts"

/** A project as a reader of the guide has it after `rebis init`: a base, and a file for each model. */
export async function guideProject(): Promise<CliProject> {
  const project = await CliProject.create({
    "src/base.ts": 'import { declarativeBase } from "rebis"\nexport const Base = declarativeBase()\n',
    "src/user.model.ts": userModel(""),
    "src/post.model.ts": `
import { date, integer, text, timestamptz } from "rebis"
import { Base } from "./base.ts"
import { User } from "./user.model.ts"
export class Post extends Base.model("post", {
  id: integer().primaryKey().identity(),
  title: text().index(),
  content: text(),
  userId: integer().references(() => User.c.id),
  createdAt: timestamptz().defaultNow(),
  publishedDate: date().nullable(),
}) {}
`,
  })
  const { code, error } = await rebis(project, ["init"])
  if (code !== 0) throw new TypeError(error)
  return project
}

/** Runs `rebis …` in this process, which is fast, and sees a model or migration as it was when it was first loaded. */
export async function rebis(project: CliProject, args: readonly string[]): Promise<CliResult> {
  let out = ""
  let error = ""
  const code = await run(args, { folder: project.folder, out: (text) => void (out += text), error: (text) => void (error += text) })
  return { code, out, error }
}

/** @param index what the email's column says beyond its type, such as `.index()` */
export function userModel(index: string): string {
  return `
import { integer, text } from "rebis"
import { Base } from "./base.ts"
export class User extends Base.model("user", {
  id: integer().primaryKey().identity(),
  email: text()${index},
  name: text(),
}) {}
`
}

/** `2025-12-27`, of the day that the test runs on. */
export function today(): string {
  const date = new Date()
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-")
}

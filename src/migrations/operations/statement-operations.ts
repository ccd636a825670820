import type { Dialect } from "../../dialects/index.ts"
import type { Connection } from "../../engine/index.ts"
import { IrreversibleMigrationError, MigrationError } from "../../errors/index.ts"
import { Operation } from "./operation.ts"
import { callSource } from "./source.ts"

export interface ExecuteOptions {
  /** The statement that undoes it. */
  readonly reverse?: string
  /** `false` runs it outside the migration's transaction; it then has to be safe to run again. Default `true`. */
  readonly transaction?: boolean
}

export class Execute extends Operation {
  readonly kind = "execute"
  readonly sql: string
  readonly options: ExecuteOptions

  constructor(sql: string, options: ExecuteOptions) {
    super()
    this.sql = sql
    this.options = options
  }
  describe(): string {
    const line = this.sql.trim().replaceAll(/\s+/g, " ")
    return `execute ${line.length > 60 ? `${line.slice(0, 59)}…` : line}`
  }
  reverse(): Operation | undefined {
    const { reverse, ...rest } = this.options
    return reverse === undefined ? undefined : new Execute(reverse, { ...rest, reverse: this.sql })
  }
  source(): string {
    return callSource("execute", this.sql, Object.keys(this.options).length === 0 ? undefined : this.options)
  }
  override standsAlone(_dialect: Dialect): boolean {
    return this.options.transaction === false
  }
  lower(): readonly string[] {
    return [this.sql]
  }
}

export class Run extends Operation {
  readonly kind = "run"
  override readonly run: (connection: Connection) => Promise<void>

  constructor(run: (connection: Connection) => Promise<void>) {
    super()
    this.run = run
  }
  describe(): string {
    return this.run.name === "" ? "run code" : `run ${this.run.name}`
  }
  reverse(): undefined {
    return undefined
  }
  override irreversibleBecause(): string {
    return "what code does is not known, so neither is its reverse"
  }
  /** @throws MigrationError: code is written by hand, never generated. */
  source(): string {
    throw new MigrationError("code of op.run(…) cannot be printed into a migration file", { hint: "write it into the file by hand" })
  }
  lower(): readonly string[] {
    return []
  }
}

export class Irreversible extends Operation {
  readonly kind = "irreversible"
  readonly reason: string

  constructor(reason: string) {
    super()
    this.reason = reason
  }
  describe(): string {
    return `irreversible: ${this.reason}`
  }
  reverse(): undefined {
    return undefined
  }
  override irreversibleBecause(): string {
    return this.reason
  }
  source(): string {
    return callSource("irreversible", this.reason)
  }
  /** @throws IrreversibleMigrationError */
  lower(): readonly string[] {
    throw new IrreversibleMigrationError(this.reason)
  }
}

import { type LowerOperationContext, Operation } from "./operation.ts"
import { callSource } from "./source.ts"

export class CreateSchema extends Operation {
  readonly kind = "create schema"
  readonly name: string

  constructor(name: string) {
    super()
    this.name = name
  }
  describe(): string {
    return `create schema ${this.name}`
  }
  reverse(): Operation {
    return new DropSchema(this.name)
  }
  source(): string {
    return callSource("createSchema", this.name)
  }
  lower({ dialect }: LowerOperationContext): readonly string[] {
    return dialect.ddl.createSchema(this.name)
  }
}

/** Drops an empty schema; one that holds anything is refused by the database. */
export class DropSchema extends Operation {
  readonly kind = "drop schema"
  readonly name: string

  constructor(name: string) {
    super()
    this.name = name
  }
  describe(): string {
    return `drop schema ${this.name}`
  }
  reverse(): Operation {
    return new CreateSchema(this.name)
  }
  source(): string {
    return callSource("dropSchema", this.name)
  }
  lower({ dialect }: LowerOperationContext): readonly string[] {
    return dialect.ddl.dropSchema(this.name)
  }
}

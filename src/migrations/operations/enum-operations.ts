import type { Dialect, EnumPlace, ObjectName } from "../../dialects/index.ts"
import type { EnumDefinition } from "../../schema/index.ts"
import { nameInput } from "./inputs.ts"
import { type LowerOperationContext, Operation } from "./operation.ts"
import { callSource, nameTitle } from "./source.ts"

export class CreateEnum extends Operation {
  readonly kind = "create enum"
  readonly definition: EnumDefinition

  constructor(definition: EnumDefinition) {
    super()
    this.definition = definition
  }
  describe(): string {
    return `create enum ${nameTitle(this.definition)}`
  }
  reverse(): Operation {
    const { schema, name, labels } = this.definition
    return new DropEnum(schema === undefined ? { name } : { schema, name }, labels)
  }
  source(): string {
    return callSource("createEnum", nameInput(this.definition), this.definition.labels)
  }
  lower({ dialect }: LowerOperationContext): readonly string[] {
    return dialect.ddl.createEnum(this.definition)
  }
}

export class DropEnum extends Operation {
  readonly kind = "drop enum"
  readonly type: ObjectName
  readonly labels: readonly string[] | undefined

  constructor(type: ObjectName, labels: readonly string[] | undefined) {
    super()
    this.type = type
    this.labels = labels
  }
  describe(): string {
    return `drop enum ${nameTitle(this.type)}`
  }
  reverse(): Operation | undefined {
    return this.labels === undefined ? undefined : new CreateEnum({ ...this.type, labels: this.labels })
  }
  override irreversibleBecause(): string {
    return `enum ${nameTitle(this.type)} was dropped without its labels`
  }
  source(): string {
    return callSource("dropEnum", nameInput(this.type), this.labels)
  }
  lower({ dialect }: LowerOperationContext): readonly string[] {
    return dialect.ddl.dropEnum(this.type)
  }
}

export class AddEnumValue extends Operation {
  readonly kind = "add enum value"
  readonly type: ObjectName
  readonly label: string
  readonly place: EnumPlace

  constructor(type: ObjectName, label: string, place: EnumPlace) {
    super()
    this.type = type
    this.label = label
    this.place = place
  }
  describe(): string {
    const { before, after } = this.place
    const place = before !== undefined ? ` before ${before}` : after !== undefined ? ` after ${after}` : ""
    return `add value ${this.label} to enum ${nameTitle(this.type)}${place}`
  }
  reverse(): undefined {
    return undefined
  }
  override irreversibleBecause(): string {
    return `the value ${this.label} of enum ${nameTitle(this.type)} cannot be taken away again: PostgreSQL has no statement for it, and rows may hold it`
  }
  source(): string {
    return callSource("addEnumValue", nameInput(this.type), this.label, Object.keys(this.place).length === 0 ? undefined : this.place)
  }
  override standsAlone(dialect: Dialect): boolean {
    return dialect.capabilities.enums
  }
  lower({ dialect }: LowerOperationContext): readonly string[] {
    return dialect.ddl.addEnumValue(this.type, this.label, this.place)
  }
}

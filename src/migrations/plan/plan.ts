import type { Dialect, ObjectName } from "../../dialects/index.ts"
import { IrreversibleMigrationError } from "../../errors/index.ts"
import { type LowerOperationContext, type Operation, refusal } from "../operations/operation.ts"
import { RenameColumn } from "../operations/column-operations.ts"
import { CreateIndex, DropIndex, RenameIndex } from "../operations/index-operations.ts"
import { nameTitle } from "../operations/source.ts"
import { CreateTable, DropTable } from "../operations/table-operations.ts"
import { lowerRebuild, TableChange } from "../operations/table-change.ts"

/** What is done at once: one operation, or several changes of one table that make one rebuild. */
export class Step {
  readonly operations: readonly Operation[]
  /** Whether it makes a table anew. */
  readonly rebuilds: boolean

  constructor(operations: readonly Operation[], rebuilds: boolean) {
    this.operations = operations
    this.rebuilds = rebuilds
  }
  /** One line, as the operations describe themselves. */
  describe(): string {
    return this.operations.map((operation) => operation.describe()).join("; ")
  }
  async lower(context: LowerOperationContext): Promise<readonly string[]> {
    const [first] = this.operations
    if (first === undefined) return []
    if (this.rebuilds && first instanceof TableChange)
      return await lowerRebuild(first.table, this.operations as readonly TableChange[], context)
    return await first.lower(context)
  }
}

/** Steps that stand in one transaction, or one step that cannot stand in any. */
export interface Phase {
  readonly transactional: boolean
  /** Whether tables are made anew in it, so that foreign keys have to be suspended around its transaction. */
  readonly rebuilds: boolean
  readonly steps: readonly Step[]
}

/**
 * Puts operations into steps and steps into phases, without changing what they do. Nothing is read from the database.
 * Where the database rebuilds tables, changes of one table that follow on each other become one rebuild.
 *
 * @throws IrreversibleMigrationError when one of them says that there is no way: before anything is run.
 */
export function plan(operations: readonly Operation[], dialect: Dialect): readonly Phase[] {
  const phases: Phase[] = []
  let together: Operation[] = []
  const close = () => {
    if (together.length === 0) return
    const steps = stepsOf(together, dialect)
    phases.push({ transactional: true, rebuilds: steps.some(({ rebuilds }) => rebuilds), steps })
    together = []
  }
  for (const operation of operations) {
    const refused = refusal(operation)
    if (refused !== undefined) throw new IrreversibleMigrationError(refused)
    if (operation.standsAlone(dialect)) {
      close()
      phases.push({ transactional: false, rebuilds: false, steps: [new Step([operation], false)] })
    } else {
      together.push(operation)
    }
  }
  close()
  return phases
}

/** The steps of operations that are run in this order in one transaction. */
export function stepsOf(operations: readonly Operation[], dialect: Dialect): readonly Step[] {
  if (dialect.ddl.rebuild === undefined) return operations.map((operation) => new Step([operation], false))
  const steps: Step[] = []
  /** Changes by table since the first one that needs a rebuild. Changes of different tables do not depend on each other. */
  const pending = new Map<string, TableChange[]>()
  const flush = (table?: string) => {
    for (const [name, changes] of pending) {
      if (table !== undefined && name !== table) continue
      steps.push(new Step(changes, true))
      pending.delete(name)
    }
  }
  for (const operation of operations) {
    if (!(operation instanceof TableChange)) {
      const table = ownTable(operation)
      flush(table === undefined ? undefined : nameTitle(table))
      steps.push(new Step([operation], false))
      continue
    }
    const table = nameTitle(operation.table)
    // A rebuild fills columns by their names: one is renamed before or after it.
    if (operation instanceof RenameColumn) flush(table)
    const begun = pending.get(table)
    if (begun !== undefined && !freesName(operation, begun)) begun.push(operation)
    else if (operation.inPlace(dialect.ddl) === undefined) pending.set(table, [operation])
    else steps.push(new Step([operation], false))
  }
  flush()
  return steps
}

/** The one table that an operation makes or drops; `undefined` for one that may be about anything. */
function ownTable(operation: Operation): ObjectName | undefined {
  if (operation instanceof CreateTable) return operation.definition
  return operation instanceof DropTable ? operation.table : undefined
}

/** Whether it takes away an index that is there: done at once, since an index of another table may be given its name next. */
function freesName(operation: TableChange, begun: readonly TableChange[]): boolean {
  const name = operation instanceof DropIndex ? operation.name : operation instanceof RenameIndex ? operation.index.name : undefined
  if (name === undefined) return false
  return !begun.some(
    (each) => (each instanceof CreateIndex && each.index.name === name) || (each instanceof RenameIndex && each.to === name),
  )
}

import { type AnyModel, combine, type CompiledStatement, type Expr, select, source } from "../sql/index.ts"
import type { EntityPlan } from "./entity-plan.ts"
import { placeholder, StatementTemplate } from "./statement-template.ts"

const byKey = new WeakMap<EntityPlan, StatementTemplate>()

/** `select … from t where id = $1`. @param key the encoded values of the primary key, in its order */
export function selectByKey(plan: EntityPlan, key: readonly unknown[]): CompiledStatement {
  let template = byKey.get(plan)
  if (template === undefined) byKey.set(plan, (template = makeTemplate(plan)))
  return template.bind(key)
}

function makeTemplate({ mapper, dialect, labels }: EntityPlan): StatementTemplate {
  const model = mapper.entityClass as unknown as AnyModel
  const conditions = mapper.keyIndexes.map((index, position) => {
    const column: Expr<any, any> = model[source].columns[index]!
    return column.eq(placeholder(position, labels[index]!, column.type))
  })
  return new StatementTemplate(select(model).where(combine("and", conditions)), dialect)
}

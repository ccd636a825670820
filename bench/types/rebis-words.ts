import type { StatementPlan } from "./project.ts"

/** `Model.c.column` for each column that a plan names. */
function words(plan: StatementPlan) {
  const [T, P, O] = [plan.table.className, plan.parent.className, plan.other.className]
  return {
    ...{ T, P, O, n: plan.index },
    text: `${T}.c.${plan.text.key}`,
    title: `${T}.c.${plan.title.key}`,
    number: `${T}.c.${plan.number.key}`,
    moment: `${T}.c.${plan.moment.key}`,
    key: `${T}.c.${plan.key.key}`,
    otherKey: `${T}.c.${plan.otherKey.key}`,
    parentText: `${P}.c.${plan.parentText.key}`,
    parentNumber: `${P}.c.${plan.parentNumber.key}`,
    otherText: `${O}.c.${plan.otherText.key}`,
    toParent: `${T}.${plan.parent.variable}`,
    toOther: `${T}.${plan.other.variable}`,
    children: `${plan.table.variable}s`,
  }
}

export type Body = (plan: StatementPlan) => string
/** The text of a function that runs a statement and uses what it gives. */
export const body =
  (write: (plan: StatementPlan, w: ReturnType<typeof words>) => string) =>
  (plan: StatementPlan): string =>
    write(plan, words(plan))

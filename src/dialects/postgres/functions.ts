import { FunctionNode } from "kysely"
import type { ExpressionSpelling } from "../../sql/index.ts"

/** Functions are named as PostgreSQL names them. */
export const postgresFunctions: Pick<ExpressionSpelling, "call"> = {
  call: (name, args) => FunctionNode.create(name, args),
}

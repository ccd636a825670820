import type { Capabilities } from "../contract.ts"

export const sqliteCapabilities: Capabilities = {
  returning: true,
  returningAfterTriggers: false,
  readsNeedNoTransaction: true,
  arrayParameters: false,
  lateralJoins: false,
  maxParameters: 32_766,
  schemas: false,
  enums: false,
  comments: false,
  deferrableConstraints: true,
  concurrentWriters: false,
  nativeTypes: false,
  transactionalDdl: true,
  alterInPlace: false,
}

import type { Capabilities } from "../contract.ts"

export const postgresCapabilities: Capabilities = {
  returning: true,
  returningAfterTriggers: true,
  readsNeedNoTransaction: true,
  arrayParameters: true,
  lateralJoins: true,
  maxParameters: 65_535,
  schemas: true,
  enums: true,
  comments: true,
  deferrableConstraints: true,
  concurrentWriters: true,
  nativeTypes: true,
  transactionalDdl: true,
  alterInPlace: true,
}

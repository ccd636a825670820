import type { DeferredConstraints } from "../deferred-constraints.ts"

export const deferredConstraints: DeferredConstraints = { check: "set constraints all immediate" }

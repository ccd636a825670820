export { AsyncLock, type Unlock } from "./async-lock.ts"
export { withCallerStack } from "./caller-stack.ts"
export { delay, withTimeout } from "./timeout.ts"
export { int32 } from "./big-endian.ts"

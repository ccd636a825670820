export { AsyncLock, type Unlock } from "./async-lock.ts"
export { delay, withTimeout } from "./timeout.ts"

import { AsyncLock } from "../util/index.ts"

/** The queue of writers of each file that is open in this process. */
const locks = new Map<string, { readonly lock: AsyncLock; users: number }>()

/** Makes the writers of a file, of all engines of this process, wait for each other without blocking the event loop. */
export function shareWriteLock(file: string): AsyncLock {
  let shared = locks.get(file)
  if (shared === undefined) locks.set(file, (shared = { lock: new AsyncLock(), users: 0 }))
  shared.users++
  return shared.lock
}

/** Takes back one {@link shareWriteLock}. */
export function leaveWriteLock(file: string): void {
  const shared = locks.get(file)
  if (shared !== undefined && --shared.users === 0) locks.delete(file)
}

import type { Engine } from "./engine.ts"

const made = new Set<WeakRef<Engine>>()

/** Keeps an engine in mind for {@link repeatedEngines}, as long as the application does. */
export function rememberEngine(engine: Engine): void {
  made.add(new WeakRef(engine))
}

/**
 * URLs, without passwords, for which this process made more than one engine that was not disposed of. Each has a pool of its own,
 * so that the limits of both are wrong. Databases in memory are left out: there each engine has its own.
 */
export function repeatedEngines(): readonly { readonly url: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const reference of made) {
    const engine = reference.deref()
    if (engine === undefined || engine.disposed) made.delete(reference)
    else if (!/:\/\/\/?:?memory\b/.test(engine.url)) counts.set(engine.url, (counts.get(engine.url) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count > 1).map(([url, count]) => ({ url, count }))
}

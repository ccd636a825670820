import { AmbiguousRevisionError, MultipleHeadsError, RevisionTargetError, UnknownRevisionError } from "../../errors/index.ts"
import type { RevisionGraph, RevisionNode } from "./graph.ts"

/** What a target's text says: a place in the graph, and steps up or down from there (from where the database is without a place). */
interface Target {
  readonly text: string
  readonly place: string | undefined
  readonly steps: number
}

/** The revisions to apply, in order, so that the target and all it follows on are applied. @throws MigrationError subclasses that say what is wrong with the target. */
export function planUpgrade<R extends RevisionNode>(graph: RevisionGraph<R>, applied: ReadonlySet<string>, text: string): R[] {
  const target = parseTarget(text)
  if (target.place === undefined) return stepsUp(graph, applied, target)
  const ends = endsOf(graph, target)
  if (ends.length === 0 && target.place === "base")
    throw targetError(text, "an upgrade does not lead to base", "to undo everything, downgrade to base")
  const wanted = graph.ancestorsOf(ends.map((revision) => revision.id))
  return graph.ordered.filter((revision) => wanted.has(revision.id) && !applied.has(revision.id))
}

/** The revisions to undo, in order, so that nothing which follows on the target is applied. @throws MigrationError subclasses */
export function planDowngrade<R extends RevisionNode>(graph: RevisionGraph<R>, applied: ReadonlySet<string>, text: string): R[] {
  const target = parseTarget(text)
  if (target.place === undefined) return stepsDown(graph, applied, target)
  if (target.place === "base" && target.steps === 0) return graph.ordered.filter((revision) => applied.has(revision.id)).toReversed()
  const ends = endsOf(graph, target)
  const absent = ends.find((revision) => !applied.has(revision.id))
  if (absent !== undefined)
    throw targetError(text, `${absent.id} (${absent.file}) is not applied, so there is no way back to it`, "use upgrade to apply it")
  const ids = new Set(ends.map((revision) => revision.id))
  const after = graph.descendantsOf(ids)
  return graph.ordered.filter((revision) => after.has(revision.id) && !ids.has(revision.id) && applied.has(revision.id)).toReversed()
}

/** The revisions that are applied when a database stands at the target. */
export function revisionsAt<R extends RevisionNode>(graph: RevisionGraph<R>, text: string): R[] {
  const target = parseTarget(text)
  if (target.place === undefined) throw targetError(text, "a step needs a place to begin at", "write a revision, head or base")
  const wanted = graph.ancestorsOf(endsOf(graph, target).map((revision) => revision.id))
  return graph.ordered.filter((revision) => wanted.has(revision.id))
}

/** One revision by its id, by the beginning of it, or as `head`. @throws UnknownRevisionError, AmbiguousRevisionError, MultipleHeadsError */
export function findRevision<R extends RevisionNode>(graph: RevisionGraph<R>, text: string): R {
  const target = parseTarget(text)
  const [first, second] = target.place === undefined ? [] : endsOf(graph, target)
  if (first === undefined || second !== undefined) throw unknownRevision(text)
  return first
}

/** The only head. @throws MultipleHeadsError when there are several; `undefined` when there are no files. */
export function onlyHead<R extends RevisionNode>(graph: RevisionGraph<R>): R | undefined {
  const [head, ...others] = graph.heads
  if (others.length > 0) throw multipleHeads(graph.heads)
  return head
}

/** The applied revisions that no other applied one follows on. */
export function appliedHeads<R extends RevisionNode>(graph: RevisionGraph<R>, applied: ReadonlySet<string>): R[] {
  return graph.ordered.filter(
    (revision) => applied.has(revision.id) && !graph.childrenOf(revision.id).some((child) => applied.has(child.id)),
  )
}

function parseTarget(text: string): Target {
  const match = /^(\w+)?([+-]\d+)?$/.exec(text)
  if (match === null || text === "") {
    throw new UnknownRevisionError(`${JSON.stringify(text)} is not a revision`, {
      hint: "a target is head, heads, base, a revision's id or the beginning of one, or steps such as +1 and -1",
    })
  }
  return { text, place: match[1], steps: Number(match[2] ?? 0) }
}

/** The revisions that a target with a place names; none for `base`. */
function endsOf<R extends RevisionNode>(graph: RevisionGraph<R>, target: Target): R[] {
  let ends: readonly R[]
  if (target.place === "heads") ends = graph.heads
  else if (target.place === "head") ends = [onlyHead(graph)].filter((head) => head !== undefined)
  else if (target.place === "base") ends = []
  else ends = [byPartialId(graph, target.place ?? "")]
  if (target.steps === 0) return [...ends]
  return [walk(graph, ends, target)]
}

/** Goes up or down one revision at a time, where each step leaves no choice. */
function walk<R extends RevisionNode>(graph: RevisionGraph<R>, from: readonly R[], { text, place, steps }: Target): R {
  let here = from
  let count = Math.abs(steps)
  if (place === "base") {
    if (steps < 0) throw targetError(text, "there is nothing before base")
    here = graph.bases
    count--
  }
  for (; count > 0; count--) {
    const [one] = here
    if (one === undefined || here.length > 1) break
    here = steps > 0 ? graph.childrenOf(one.id) : one.parents.map((id) => graph.get(id)).filter((parent) => parent !== undefined)
    if (here.length === 0) throw targetError(text, `there is nothing ${steps > 0 ? "after" : "before"} ${one.id} (${one.file})`)
  }
  const [end, second] = here
  if (end === undefined) throw targetError(text, "there are not that many revisions")
  if (second !== undefined) throw ambiguous(text, here)
  return end
}

function stepsUp<R extends RevisionNode>(graph: RevisionGraph<R>, applied: ReadonlySet<string>, { text, steps }: Target): R[] {
  if (steps < 0) throw targetError(text, "an upgrade does not go back", "use downgrade")
  const done = new Set(applied)
  const plan: R[] = []
  while (plan.length < steps) {
    const next = graph.ordered.filter((revision) => !done.has(revision.id) && revision.parents.every((parent) => done.has(parent)))
    const [one] = next
    if (one === undefined)
      throw targetError(text, plan.length === 0 ? "every revision is applied" : `only ${plan.length} more can be applied`)
    if (next.length > 1) throw ambiguous(text, next)
    plan.push(one)
    done.add(one.id)
  }
  return plan
}

function stepsDown<R extends RevisionNode>(graph: RevisionGraph<R>, applied: ReadonlySet<string>, { text, steps }: Target): R[] {
  if (steps > 0) throw targetError(text, "a downgrade does not go forward", "use upgrade")
  const done = new Set(applied)
  const plan: R[] = []
  while (plan.length < -steps) {
    const last = appliedHeads(graph, done)
    const [one] = last
    if (one === undefined) throw targetError(text, plan.length === 0 ? "no revision is applied" : `only ${plan.length} can be undone`)
    if (last.length > 1) throw ambiguous(text, last)
    plan.push(one)
    done.delete(one.id)
  }
  return plan
}

function byPartialId<R extends RevisionNode>(graph: RevisionGraph<R>, id: string): R {
  const exact = graph.get(id)
  if (exact !== undefined) return exact
  const found = graph.ordered.filter((revision) => revision.id.startsWith(id))
  const [one] = found
  if (one === undefined) throw unknownRevision(id)
  if (found.length > 1) throw ambiguous(id, found)
  return one
}

function unknownRevision(text: string): UnknownRevisionError {
  return new UnknownRevisionError(`no migration file has the revision ${text}`, { hint: "`rebis history` lists the revisions" })
}

function ambiguous(text: string, revisions: readonly RevisionNode[]): AmbiguousRevisionError {
  return new AmbiguousRevisionError(`${text} could be ${listed(revisions)}`, {
    hint: "write more of the id, or a revision instead of a step",
  })
}

export function multipleHeads(heads: readonly RevisionNode[]): MultipleHeadsError {
  return new MultipleHeadsError(`there are ${heads.length} heads: ${listed(heads)}`, {
    hint: "let one follow on the other by its downRevision if it was never applied anywhere; or name one, or say heads for all",
  })
}

function targetError(text: string, problem: string, hint?: string): RevisionTargetError {
  return new RevisionTargetError(`${text}: ${problem}`, hint === undefined ? {} : { hint })
}

function listed(revisions: readonly RevisionNode[]): string {
  return revisions.map((revision) => `${revision.id} (${revision.file})`).join(", ")
}

import { DuplicateRevisionError, MissingParentError, RevisionCycleError } from "../../errors/index.ts"

/** A revision as the graph sees it. */
export interface RevisionNode {
  readonly id: string
  /** The revisions that it follows on: none for a first one, several for a merge. */
  readonly parents: readonly string[]
  /** For messages, and to put revisions without an order of their own in one. */
  readonly file: string
}

/**
 * The revisions of a folder, ordered by what each follows on. File names only decide where the graph leaves a choice.
 */
export class RevisionGraph<R extends RevisionNode = RevisionNode> {
  /** Each after the ones that it follows on. */
  readonly ordered: readonly R[]
  readonly #byId: ReadonlyMap<string, R>
  readonly #children = new Map<string, R[]>()

  /** @throws DuplicateRevisionError, MissingParentError, RevisionCycleError */
  constructor(revisions: readonly R[]) {
    this.#byId = indexById(revisions)
    for (const revision of revisions) {
      for (const parent of new Set(revision.parents)) {
        if (!this.#byId.has(parent)) throw missingParent(revision, parent)
        const children = this.#children.get(parent)
        if (children === undefined) this.#children.set(parent, [revision])
        else children.push(revision)
      }
    }
    this.ordered = inOrder(revisions, this.#byId)
  }

  get ids(): readonly string[] {
    return this.ordered.map((revision) => revision.id)
  }
  /** The revisions that nothing follows on; more than one after a branch. */
  get heads(): readonly R[] {
    return this.ordered.filter((revision) => !this.#children.has(revision.id))
  }
  /** The revisions that follow on nothing. */
  get bases(): readonly R[] {
    return this.ordered.filter((revision) => revision.parents.length === 0)
  }

  get(id: string): R | undefined {
    return this.#byId.get(id)
  }
  childrenOf(id: string): readonly R[] {
    return this.#children.get(id) ?? []
  }

  /** The revisions and all that they follow on. Ids that no file has are left out. */
  ancestorsOf(ids: Iterable<string>): Set<string> {
    return this.#reach(ids, (id) => this.#byId.get(id)?.parents ?? [])
  }

  /** The revisions and all that follow on them. */
  descendantsOf(ids: Iterable<string>): Set<string> {
    return this.#reach(ids, (id) => this.childrenOf(id).map((child) => child.id))
  }

  #reach(ids: Iterable<string>, next: (id: string) => readonly string[]): Set<string> {
    const found = new Set<string>()
    const open = [...ids]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id) || !this.#byId.has(id)) continue
      found.add(id)
      open.push(...next(id))
    }
    return found
  }
}

function indexById<R extends RevisionNode>(revisions: readonly R[]): Map<string, R> {
  const byId = new Map<string, R>()
  for (const revision of revisions) {
    const other = byId.get(revision.id)
    if (other !== undefined) {
      throw new DuplicateRevisionError(`${other.file} and ${revision.file} both have the revision ${revision.id}`, {
        hint: "if one is a copy of the other, remove it; else give it an id of its own",
      })
    }
    byId.set(revision.id, revision)
  }
  return byId
}

function missingParent(revision: RevisionNode, parent: string): MissingParentError {
  return new MissingParentError(`${revision.file} follows on revision ${parent}, which no file has`, {
    hint: "bring the missing file back, or correct the file's downRevision if it was never applied anywhere",
  })
}

/** Depth first from each revision in the order of file names, so that a branch stays together. */
function inOrder<R extends RevisionNode>(revisions: readonly R[], byId: ReadonlyMap<string, R>): R[] {
  const ordered: R[] = []
  const state = new Map<string, "open" | "done">()
  const visit = (start: R) => {
    // A stack of its own: a history may be longer than the call stack is deep.
    const path: { readonly revision: R; readonly parents: R[] }[] = []
    const enter = (revision: R) => {
      state.set(revision.id, "open")
      const parents = revision.parents.map((id) => byId.get(id)).filter((parent) => parent !== undefined)
      path.push({ revision, parents: parents.toSorted(byFile).toReversed() })
    }
    enter(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const parent = top.parents.pop()
      if (parent === undefined) {
        path.pop()
        state.set(top.revision.id, "done")
        ordered.push(top.revision)
      } else if (state.get(parent.id) === undefined) enter(parent)
      else if (state.get(parent.id) === "open")
        throw cycleError(
          path.map((step) => step.revision),
          parent,
        )
    }
  }
  for (const revision of revisions.toSorted(byFile)) if (state.get(revision.id) === undefined) visit(revision)
  return ordered
}

function byFile(a: RevisionNode, b: RevisionNode): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : 0
}

function cycleError(path: readonly RevisionNode[], parent: RevisionNode): RevisionCycleError {
  const start = path.findIndex((revision) => revision.id === parent.id)
  const circle = [...path.slice(start), parent].map((revision) => revision.id).join(" → ")
  return new RevisionCycleError(`migration files follow on each other in a circle: ${circle}`, {
    hint: "one of them has to follow on an earlier revision, or on null",
  })
}

/** Nodes, and what each of them waits for. */
export interface Dependencies<N, E> {
  readonly nodes: readonly N[]
  edgesOf(node: N): Iterable<E>
  /** The node that an edge waits for: one of the nodes. */
  target(edge: E): N
  /** Gives an edge of a circle up, so that its node waits for it no longer. @returns false when it cannot be */
  giveUp(node: N, edge: E): boolean
  /** There is a circle of which no edge can be given up: throws, or lets all nodes that are left go together. */
  together(nodes: readonly N[]): void
}

/**
 * The nodes in levels: each waits only for nodes of earlier ones, and in a level they are in their given order. Circles are broken
 * at the edge that closes them, or else at the nearest before it. Takes time in proportion to nodes and edges, and no deep stack.
 */
export function dependencyLevels<N, E>(dependencies: Dependencies<N, E>): N[][] {
  return new Levels(dependencies).find()
}

interface Dependant<E> {
  readonly index: number
  readonly edge: E
}

class Levels<N, E> {
  readonly #dependencies: Dependencies<N, E>
  readonly #nodes: readonly N[]
  /** By node: the edges whose targets have no level yet. */
  readonly #open: Set<E>[]
  readonly #dependants: Dependant<E>[][]
  readonly #indexOf: Map<N, number>
  readonly #placed: boolean[]

  constructor(dependencies: Dependencies<N, E>) {
    const { nodes } = dependencies
    this.#dependencies = dependencies
    this.#nodes = nodes
    this.#indexOf = new Map(nodes.map((node, index) => [node, index]))
    this.#placed = nodes.map(() => false)
    this.#dependants = nodes.map(() => [])
    this.#open = nodes.map((node, index) => {
      const open = new Set(dependencies.edgesOf(node))
      for (const edge of open) this.#dependants[this.#targetOf(edge)]!.push({ index, edge })
      return open
    })
  }

  find(): N[][] {
    const levels: number[][] = []
    let remaining = [...this.#nodes.keys()]
    while (remaining.length > 0) {
      const ready = remaining.filter((index) => this.#open[index]!.size === 0)
      if (ready.length > 0) this.#place(ready, levels)
      else if (!this.#breakCircles(remaining)) {
        this.#dependencies.together(remaining.map((index) => this.#nodes[index]!))
        levels.push(remaining)
        break
      }
      remaining = remaining.filter((index) => !this.#placed[index])
    }
    return levels.map((level) => level.map((index) => this.#nodes[index]!))
  }

  /** Places the nodes that are ready, then those that become so. */
  #place(ready: readonly number[], levels: number[][]): void {
    for (let level = [...ready]; level.length > 0;) {
      levels.push(level)
      const next: number[] = []
      for (const index of level) this.#placed[index] = true
      for (const index of level) {
        for (const dependant of this.#dependants[index]!) {
          const open = this.#open[dependant.index]!
          if (open.delete(dependant.edge) && open.size === 0) next.push(dependant.index)
        }
      }
      level = next.sort((left, right) => left - right)
    }
  }

  /** Walks the edges in depth; one that leads back to where it came from closes a circle. @returns whether any was broken */
  #breakCircles(remaining: readonly number[]): boolean {
    const walk: Walk<E> = { state: new Map(), path: [], broken: false }
    for (const start of remaining) {
      if (walk.state.has(start)) continue
      this.#enter(start, undefined, walk)
      while (walk.path.length > 0) this.#step(walk)
    }
    return walk.broken
  }

  #step(walk: Walk<E>): void {
    const { state, path } = walk
    const { index, edges } = path.at(-1)!
    const next = edges.next()
    if (next.done === true) {
      state.set(index, "done")
      path.pop()
      return
    }
    const target = this.#targetOf(next.value)
    const reached = state.get(target)
    if (reached === undefined) this.#enter(target, next.value, walk)
    else if (reached === "under way") this.#breakCircle(target, next.value, walk)
  }

  #enter(index: number, by: E | undefined, { state, path }: Walk<E>): void {
    state.set(index, "under way")
    path.push({ index, by, edges: this.#open[index]![Symbol.iterator]() })
  }

  /** Gives up the edge that leads back to `target`, or the nearest one on the way from there. */
  #breakCircle(target: number, edge: E, walk: Walk<E>): void {
    const { state, path } = walk
    let given = edge
    for (let place = path.length - 1; place >= 0; place--) {
      const { index, by } = path[place]!
      const open = this.#open[index]!
      if (this.#dependencies.giveUp(this.#nodes[index]!, given)) {
        open.delete(given)
        walk.broken = true
        // What was reached by that edge alone is no part of the way any more, and is walked again from elsewhere.
        for (const left of path.splice(place + 1)) state.delete(left.index)
        return
      }
      if (index === target) return
      given = by!
    }
  }

  #targetOf(edge: E): number {
    return this.#indexOf.get(this.#dependencies.target(edge))!
  }
}

interface Walk<E> {
  readonly state: Map<number, "under way" | "done">
  readonly path: { readonly index: number; readonly by: E | undefined; readonly edges: Iterator<E, undefined> }[]
  broken: boolean
}

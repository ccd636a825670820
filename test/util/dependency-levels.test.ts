import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import "../support/seed.ts"
import { dependencyLevels } from "../../src/util/index.ts"

interface Edge {
  readonly from: number
  readonly to: number
  readonly firm: boolean
}

/** Levels of the nodes 0 … count-1, the edges that were given up, and the nodes that had to go together. */
function levelsOf(count: number, edges: readonly Edge[]) {
  const givenUp: Edge[] = []
  let together: readonly number[] = []
  const ofNode = Map.groupBy(edges, ({ from }) => from)
  const levels = dependencyLevels<number, Edge>({
    nodes: Array.from({ length: count }, (_, index) => index),
    edgesOf: (node) => ofNode.get(node) ?? [],
    target: ({ to }) => to,
    giveUp(_, edge) {
      if (!edge.firm) givenUp.push(edge)
      return !edge.firm
    },
    together: (nodes) => void (together = nodes),
  })
  return { levels, givenUp, together }
}
const edge = (from: number, to: number, firm = true): Edge => ({ from, to, firm })

describe("levels of nodes that wait for each other (8)", () => {
  test("known graphs give the known orders", () => {
    assert.deepEqual(levelsOf(0, []).levels, [])
    assert.deepEqual(levelsOf(3, []).levels, [[0, 1, 2]])
    assert.deepEqual(levelsOf(3, [edge(0, 1), edge(1, 2)]).levels, [[2], [1], [0]])
    assert.deepEqual(levelsOf(4, [edge(0, 3), edge(1, 3), edge(2, 1)]).levels, [[3], [0, 1], [2]])
    assert.deepEqual(levelsOf(5, [edge(4, 0), edge(2, 0), edge(2, 4), edge(3, 1)]).levels, [[0, 1], [3, 4], [2]])
  })

  test("a circle is broken at an edge that can be given up, and only there", () => {
    assert.deepEqual(levelsOf(2, [edge(0, 1), edge(1, 0, false)]), { levels: [[1], [0]], givenUp: [edge(1, 0, false)], together: [] })
    assert.deepEqual(levelsOf(2, [edge(0, 1, false), edge(1, 0)]), { levels: [[0], [1]], givenUp: [edge(0, 1, false)], together: [] })
    assert.deepEqual(levelsOf(1, [edge(0, 0, false)]), { levels: [[0]], givenUp: [edge(0, 0, false)], together: [] })
    // The nodes 2 and 3 only hang on the circle of 0 and 1.
    assert.deepEqual(levelsOf(4, [edge(0, 1, false), edge(1, 0), edge(2, 0, false), edge(3, 2, false)]).givenUp, [edge(0, 1, false)])
  })

  test("what no edge of can be given up goes together, and is said", () => {
    assert.deepEqual(levelsOf(3, [edge(0, 1), edge(1, 0)]), { levels: [[2], [0, 1]], givenUp: [], together: [0, 1] })
    assert.deepEqual(levelsOf(2, [edge(0, 0), edge(1, 0)]).together, [0, 1])
  })

  test("a list of 100,000 that are tied both ways neither needs a deep stack nor long", () => {
    const count = 100_000
    const edges = Array.from({ length: count - 1 }, (_, index) => [edge(index, index + 1, false), edge(index + 1, index, false)]).flat()
    const { levels, givenUp } = levelsOf(count, edges)
    assert.equal(levels.flat().length, count)
    assert.equal(givenUp.length, count - 1)
  })

  test("each node waits for what it did not give up, whatever the graph", () => {
    const graph = fc.nat(12).chain((last) =>
      fc.tuple(
        fc.constant(last + 1),
        fc.array(
          fc.record({ from: fc.nat(last), to: fc.nat(last), firm: fc.boolean() }).map((each) => ({ ...each })),
          { maxLength: 30 },
        ),
      ),
    )
    fc.assert(
      fc.property(graph, ([count, edges]) => {
        const { levels, givenUp, together } = levelsOf(count, edges)
        assert.deepEqual(
          levels.flat().toSorted((left, right) => left - right),
          Array.from({ length: count }, (_, index) => index),
        )
        const levelOf = new Map(levels.flatMap((level, index) => level.map((node) => [node, index] as const)))
        for (const level of levels)
          assert.deepEqual(
            level,
            level.toSorted((left, right) => left - right),
          )
        for (const each of edges) {
          if (givenUp.includes(each) || (together.includes(each.from) && together.includes(each.to))) continue
          assert.ok(levelOf.get(each.to)! < levelOf.get(each.from)!, `${each.from} before ${each.to}`)
        }
        assert.ok(givenUp.every(({ firm }) => !firm))
      }),
    )
  })
})

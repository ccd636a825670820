import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  AmbiguousRevisionError,
  DuplicateRevisionError,
  MissingParentError,
  MultipleHeadsError,
  RevisionCycleError,
  RevisionTargetError,
  UnknownRevisionError,
} from "../../src/errors/index.ts"
import { RevisionGraph } from "../../src/migrations/revisions/graph.ts"
import { appliedHeads, findRevision, planDowngrade, planUpgrade, revisionsAt } from "../../src/migrations/revisions/target.ts"

type Node = { readonly id: string; readonly parents: readonly string[]; readonly file: string }

const node = (id: string, parents: readonly string[] = [], file = `${id}.ts`): Node => ({ id, parents, file })
const ids = (nodes: readonly Node[]) => nodes.map(({ id }) => id)

/** a1 ← b2 ← c3 ← d4 */
const line = new RevisionGraph([node("a1"), node("b2", ["a1"]), node("c3", ["b2"]), node("d4", ["c3"])])
/** a1 ← b2 ← b3 and a1 ← c2 ← c3 */
const fork = new RevisionGraph([node("a1"), node("b2", ["a1"]), node("b3", ["b2"]), node("c2", ["a1"]), node("c3", ["c2"])])
/** The fork, joined by d4 and followed by e5. */
const merge = new RevisionGraph([...fork.ordered, node("d4", ["b3", "c3"]), node("e5", ["d4"])])

describe("the graph of revisions", () => {
  test("is ordered by what each follows on, not by file names", () => {
    const graph = new RevisionGraph([node("c", ["b"], "2025-01-01.ts"), node("a", [], "2025-01-03.ts"), node("b", ["a"], "2025-01-02.ts")])
    assert.deepEqual(ids(graph.ordered), ["a", "b", "c"])
    assert.deepEqual(ids(graph.heads), ["c"])
    assert.deepEqual(ids(graph.bases), ["a"])
  })

  test("has no revisions without files", () => {
    const graph = new RevisionGraph([])
    assert.deepEqual([graph.ordered, graph.heads, graph.bases], [[], [], []])
    assert.deepEqual(planUpgrade(graph, new Set(), "head"), [])
  })

  test("keeps a branch together, in the order of file names", () => {
    assert.deepEqual(ids(fork.ordered), ["a1", "b2", "b3", "c2", "c3"])
    assert.deepEqual(ids(fork.heads), ["b3", "c3"])
    assert.deepEqual(ids(merge.ordered), ["a1", "b2", "b3", "c2", "c3", "d4", "e5"])
    assert.deepEqual(ids(merge.heads), ["e5"])
  })

  test("knows ancestors and descendants", () => {
    assert.deepEqual([...merge.ancestorsOf(["b3"])].toSorted(), ["a1", "b2", "b3"])
    assert.deepEqual([...merge.descendantsOf(["c2"])].toSorted(), ["c2", "c3", "d4", "e5"])
  })

  test("takes a history that is longer than the call stack is deep", () => {
    const nodes = Array.from({ length: 20_000 }, (_, index) => node(`r${index}`, index === 0 ? [] : [`r${index - 1}`]))
    assert.equal(new RevisionGraph(nodes.toReversed()).ordered.at(-1)?.id, "r19999")
  })

  test("refuses two files with one id, and names both", () => {
    assert.throws(
      () => new RevisionGraph([node("a", [], "one.ts"), node("a", [], "two.ts")]),
      (error) => {
        assert.ok(error instanceof DuplicateRevisionError)
        assert.match(error.message, /one\.ts and two\.ts both have the revision a/)
        return true
      },
    )
  })

  test("refuses a parent that no file has", () => {
    assert.throws(
      () => new RevisionGraph([node("b", ["gone"])]),
      (error) => error instanceof MissingParentError && /b\.ts follows on revision gone/.test(error.message),
    )
  })

  test("refuses a circle, and shows it", () => {
    assert.throws(
      () => new RevisionGraph([node("x"), node("a", ["c"]), node("b", ["a"]), node("c", ["b"])]),
      (error) => error instanceof RevisionCycleError && /circle: a → c → b → a/.test(error.message),
    )
    assert.throws(() => new RevisionGraph([node("a", ["a"])]), RevisionCycleError)
  })
})

const upgrade = (graph: RevisionGraph<Node>, applied: readonly string[], target: string) =>
  ids(planUpgrade(graph, new Set(applied), target))
const downgrade = (graph: RevisionGraph<Node>, applied: readonly string[], target: string) =>
  ids(planDowngrade(graph, new Set(applied), target))

describe("the target of an upgrade", () => {
  test("head is everything that is not applied", () => {
    assert.deepEqual(upgrade(line, [], "head"), ["a1", "b2", "c3", "d4"])
    assert.deepEqual(upgrade(line, ["a1", "b2"], "head"), ["c3", "d4"])
    assert.deepEqual(upgrade(line, ["a1", "b2", "c3", "d4"], "head"), [])
  })
  test("a revision is that one and what it follows on", () => {
    assert.deepEqual(upgrade(line, ["a1"], "c3"), ["b2", "c3"])
    assert.deepEqual(upgrade(merge, ["a1", "b2"], "c3"), ["c2", "c3"])
    assert.deepEqual(upgrade(merge, ["a1", "b2"], "d4"), ["b3", "c2", "c3", "d4"])
    assert.deepEqual(upgrade(line, ["a1", "b2", "c3"], "b2"), [])
  })
  test("the beginning of an id is enough where it is the only one", () => {
    assert.deepEqual(upgrade(line, [], "c"), ["a1", "b2", "c3"])
    assert.throws(
      () => upgrade(fork, [], "b"),
      (error) => error instanceof AmbiguousRevisionError && /b could be b2 \(b2\.ts\), b3 \(b3\.ts\)/.test(error.message),
    )
    assert.throws(() => upgrade(line, [], "zz"), UnknownRevisionError)
    assert.throws(() => upgrade(line, [], "not a revision"), UnknownRevisionError)
  })
  test("an id that begins another one means itself", () => {
    const graph = new RevisionGraph([node("ab"), node("abc", ["ab"])])
    assert.deepEqual(upgrade(graph, [], "ab"), ["ab"])
  })
  test("+n is so many more", () => {
    assert.deepEqual(upgrade(line, ["a1"], "+2"), ["b2", "c3"])
    assert.deepEqual(upgrade(line, [], "a1+2"), ["a1", "b2", "c3"])
    assert.deepEqual(upgrade(line, [], "head-1"), ["a1", "b2", "c3"])
    assert.deepEqual(upgrade(line, [], "base+2"), ["a1", "b2"])
  })
  test("more steps than there are revisions are refused", () => {
    assert.throws(
      () => upgrade(line, ["a1", "b2", "c3"], "+2"),
      (error) => error instanceof RevisionTargetError && /only 1 more/.test(error.message),
    )
    assert.throws(() => upgrade(line, ["a1", "b2", "c3", "d4"], "+1"), RevisionTargetError)
    assert.throws(() => upgrade(line, [], "d4+1"), RevisionTargetError)
  })
  test("a step where branches leave a choice is refused", () => {
    assert.throws(() => upgrade(fork, ["a1"], "+1"), AmbiguousRevisionError)
    assert.throws(() => upgrade(fork, [], "a1+1"), AmbiguousRevisionError)
    assert.deepEqual(upgrade(fork, ["a1", "b2", "b3"], "+1"), ["c2"])
  })
  test("head is refused where there are several, and heads means all", () => {
    assert.throws(
      () => upgrade(fork, [], "head"),
      (error) => error instanceof MultipleHeadsError && /2 heads: b3 \(b3\.ts\), c3 \(c3\.ts\)/.test(error.message),
    )
    assert.deepEqual(upgrade(fork, ["a1"], "heads"), ["b2", "b3", "c2", "c3"])
  })
  test("what leads back is refused", () => {
    assert.throws(() => upgrade(line, ["a1"], "base"), RevisionTargetError)
    assert.throws(() => upgrade(line, ["a1"], "-1"), RevisionTargetError)
  })
})

describe("the target of a downgrade", () => {
  test("-n is the last ones, last first", () => {
    assert.deepEqual(downgrade(line, ["a1", "b2", "c3"], "-1"), ["c3"])
    assert.deepEqual(downgrade(line, ["a1", "b2", "c3"], "-3"), ["c3", "b2", "a1"])
    assert.throws(
      () => downgrade(line, ["a1"], "-2"),
      (error) => error instanceof RevisionTargetError && /only 1 can be undone/.test(error.message),
    )
    assert.throws(() => downgrade(line, [], "-1"), RevisionTargetError)
  })
  test("base is everything", () => {
    assert.deepEqual(downgrade(merge, ["a1", "b2", "b3", "c2", "c3", "d4"], "base"), ["d4", "c3", "c2", "b3", "b2", "a1"])
    assert.deepEqual(downgrade(line, [], "base"), [])
  })
  test("a revision is where it stops", () => {
    assert.deepEqual(downgrade(line, ["a1", "b2", "c3"], "a1"), ["c3", "b2"])
    assert.deepEqual(downgrade(line, ["a1", "b2"], "b2"), [])
    assert.throws(
      () => downgrade(line, ["a1"], "c3"),
      (error) => error instanceof RevisionTargetError && /not applied/.test(error.message),
    )
  })
  test("another branch stays as it is", () => {
    assert.deepEqual(downgrade(fork, ["a1", "b2", "b3", "c2", "c3"], "b2"), ["b3"])
    assert.deepEqual(downgrade(merge, ["a1", "b2", "b3", "c2", "c3", "d4"], "b2"), ["d4", "b3"])
  })
  test("a step where branches leave a choice is refused", () => {
    assert.throws(() => downgrade(fork, ["a1", "b2", "c2"], "-1"), AmbiguousRevisionError)
  })
  test("what leads forward is refused", () => {
    assert.throws(() => downgrade(line, ["a1"], "+1"), RevisionTargetError)
  })
})

test("the applied heads are what no other applied revision follows on", () => {
  assert.deepEqual(ids(appliedHeads(merge, new Set(["a1", "b2", "c2", "c3"]))), ["b2", "c3"])
})

test("where a database stands is named by a place", () => {
  assert.deepEqual(ids(revisionsAt(line, "c3")), ["a1", "b2", "c3"])
  assert.deepEqual(ids(revisionsAt(line, "base")), [])
  assert.throws(() => revisionsAt(line, "+1"), RevisionTargetError)
})

test("one revision is found by its id, a part of it, or as the head", () => {
  assert.equal(findRevision(line, "b").id, "b2")
  assert.equal(findRevision(line, "head").id, "d4")
  assert.throws(() => findRevision(line, "base"), UnknownRevisionError)
  assert.throws(() => findRevision(fork, "heads"), UnknownRevisionError)
})

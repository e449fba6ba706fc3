import { type TreeEnsemble, wordsPerSet } from '#ml/models/trees'
import type { BinnedColumn } from './bin-columns'
import type { GrownNode } from './grow-tree'

/** Collects grown trees into one ensemble; bins become thresholds and sets of codes. */
export function ensembleBuilder(columns: readonly BinnedColumn[]) {
  const nodes = {
    feature: [] as number[],
    threshold: [] as number[],
    set: [] as number[],
    missingLeft: [] as number[],
    left: [] as number[],
    right: [] as number[],
    gain: [] as number[],
  }
  const sets: Uint32Array[] = []
  const [values, leafRows]: [number[], number[]] = [[], []]
  const [roots, targets]: [number[], number[]] = [[], []]

  /** Index of the node, or ~leaf. */
  function place(node: GrownNode, leafValue: (leaf: GrownNode) => number): number {
    const { split, left, right } = node
    if (!split || !left || !right) {
      leafRows.push(node.sums.rows)
      return ~(values.push(leafValue(node)) - 1)
    }
    const at = nodes.feature.push(split.column) - 1
    const { edges, bins } = columns[split.column] ?? { edges: new Float32Array(), bins: 0 }
    // Beyond the last border there are only missing values: every number goes left.
    const threshold = split.kind === 'category' ? 0 : split.bin >= bins - 1 ? Number.POSITIVE_INFINITY : (edges[split.bin] ?? 0)
    nodes.threshold.push(threshold)
    nodes.set.push(split.kind === 'category' ? sets.push(setOf(split.codes)) - 1 : -1)
    nodes.missingLeft.push(split.missingLeft ? 1 : 0)
    nodes.gain.push(split.gain)
    nodes.left.push(0)
    nodes.right.push(0)
    nodes.left[at] = place(left, leafValue)
    nodes.right[at] = place(right, leafValue)
    return at
  }

  return {
    add(root: GrownNode, target: number, leafValue: (leaf: GrownNode) => number): void {
      roots.push(place(root, leafValue))
      targets.push(target)
    },
    /** The first `trees` trees. */
    finish(trees: number, rest: Pick<TreeEnsemble, 'terms' | 'outputs' | 'base' | 'link'>): TreeEnsemble {
      const allSets = new Uint32Array(sets.length * wordsPerSet)
      for (const [i, set] of sets.entries()) allSets.set(set, i * wordsPerSet)
      return {
        shape: 'trees',
        ...rest,
        roots: Int32Array.from(roots.slice(0, trees)),
        target: Int32Array.from(targets.slice(0, trees)),
        feature: Int32Array.from(nodes.feature),
        threshold: Float32Array.from(nodes.threshold),
        set: Int32Array.from(nodes.set),
        missingLeft: Uint8Array.from(nodes.missingLeft),
        left: Int32Array.from(nodes.left),
        right: Int32Array.from(nodes.right),
        sets: allSets,
        gain: Float32Array.from(nodes.gain),
        values: Float32Array.from(values),
        leafRows: Float32Array.from(leafRows),
      }
    },
  }
}

function setOf(codes: readonly number[]): Uint32Array {
  const words = new Uint32Array(wordsPerSet)
  for (const code of codes) words[code >> 5] = ((words[code >> 5] ?? 0) | (1 << (code & 31))) >>> 0
  return words
}

import type { ClassReference, Reference } from '#core/model/signature'
import { type DriftResult, judgeDrift } from '#core/stats/drift'
import { totalOf } from '#core/stats/shares'
import { predictionName, type ReferenceColumn, referenceCounts } from './bins'
import type { Rollup } from './rollup'

/** `prediction` is the row about the classes, or the numbers, that the model answers; `entries` the length of a list. */
export type DriftKind = ReferenceColumn['kind'] | 'entries' | 'prediction'

/** A verdict, with the two histograms that it was read from. */
export type ColumnDrift = DriftResult & {
  kind: DriftKind
  /** Edges of an ordered column, one more than bins; labels of the others, one a bin. */
  bins: { edges: number[] } | { labels: string[] }
  reference: { counts: number[]; missing: number }
  current: { counts: number[]; missing: number }
}

/** Compares the traffic of a roll-up with what its model was trained on: every input column, and the predictions. */
export function compareWithReference(reference: Reference, rollup: Pick<Rollup, 'columns' | 'classes'>): ColumnDrift[] {
  const sides = [...reference.columns.map((column) => columnSides(column, rollup)), predictionSides(reference, rollup)]
  const verdicts = judgeDrift(sides.map((side) => ({ ...side, isOrdered: 'edges' in side.bins })))
  return sides.flatMap((side, i) => {
    const verdict = verdicts[i]
    return verdict ? [{ ...verdict, ...side }] : []
  })
}

type Sides = Pick<ColumnDrift, 'name' | 'kind' | 'bins' | 'reference' | 'current'>

function columnSides(column: ReferenceColumn, rollup: Pick<Rollup, 'columns'>): Sides {
  const counts = referenceCounts(column)
  return {
    name: column.name,
    kind: column.kind === 'length' && column.separator !== undefined ? 'entries' : column.kind,
    bins: column.kind === 'category' ? { labels: [...column.values.map((v) => v.value), 'other'] } : { edges: column.edges },
    reference: { counts, missing: column.missing },
    current: seenOf(rollup, column.name, counts.length),
  }
}

function seenOf({ columns }: Pick<Rollup, 'columns'>, name: string, bins: number): Sides['current'] {
  const seen = Object.hasOwn(columns, name) ? columns[name] : undefined
  return { counts: Array.from({ length: bins }, (_, i) => seen?.counts[i] ?? 0), missing: seen?.missing ?? 0 }
}

function predictionSides(reference: Reference, rollup: Pick<Rollup, 'columns' | 'classes'>): Sides {
  if (reference.task !== 'regression') return classSides(reference, rollup)
  const { edges, counts } = reference.values
  return {
    name: predictionName,
    kind: 'prediction',
    bins: { edges },
    reference: { counts, missing: 0 },
    current: seenOf(rollup, predictionName, counts.length),
  }
}

/** A class that training never answered may come up live: it has a bin too. */
function classSides(reference: ClassReference, rollup: Pick<Rollup, 'classes'>): Sides {
  const known = reference.classes.map((c) => c.name)
  const names = [...known, ...Object.keys(rollup.classes).filter((name) => !known.includes(name))]
  const predicted = new Map(reference.classes.map((c) => [c.name, c.predicted]))
  const useLabels = totalOf([...predicted.values()]) === 0
  const labelled = new Map(reference.classes.map((c) => [c.name, c.rows]))
  return {
    name: predictionName,
    kind: 'prediction',
    bins: { labels: names },
    reference: { counts: names.map((name) => (useLabels ? labelled : predicted).get(name) ?? 0), missing: 0 },
    current: { counts: names.map((name) => (Object.hasOwn(rollup.classes, name) ? (rollup.classes[name] ?? 0) : 0)), missing: 0 },
  }
}

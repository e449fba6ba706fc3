import { transformFeatures } from './fit-plan'
import { type FittedFeatures, placesOf } from './fitted-features'
import type { RawColumn } from './read-raw-columns'
import type { SparseRows } from './sparse-rows'

/**
 * The same rows by features whose names people know: instead of components, what they were made of; the features that come after
 * them are there too, also those that a selection left out. The same `x` where there are no components.
 */
export function readableRows(
  features: FittedFeatures,
  raw: readonly RawColumn[],
  x: SparseRows,
): { features: FittedFeatures; x: SparseRows } {
  const unfolded = unfold(features, raw)
  if (!unfolded) return { features, x }
  const all = Int32Array.from({ length: x.rows }, (_, row) => row)
  return { features: unfolded.features, x: transformFeatures(unfolded.features, unfolded.raw, all) }
}

function unfold(features: FittedFeatures, raw: readonly RawColumn[]): { features: FittedFeatures; raw: readonly RawColumn[] } | null {
  const [first, ...others] = features.blocks
  const [column, ...rest] = raw
  if (first?.kind !== 'components' || column?.kind !== 'components') return null
  const inner = unfold(first.inner, column.before) ?? { features: first.inner, raw: column.before }
  const places = placesOf(inner.features.blocks)
  const added = placesOf(others)
  const { kept } = inner.features
  return {
    features: {
      blocks: [...inner.features.blocks, ...others.map((block) => ({ ...block, offset: block.offset - first.terms + places }))],
      kept: kept && Int32Array.from([...kept, ...Array.from({ length: added }, (_, i) => places + i)]),
      terms: inner.features.terms + added,
    },
    raw: [...inner.raw, ...rest],
  }
}

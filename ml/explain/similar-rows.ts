import type { SimilarRows } from '#core/reports/row-reasons'
import { transformFeatures } from '#ml/features/fit-plan'
import { readValues } from '#ml/features/read-values'
import type { SparseRows } from '#ml/features/sparse-rows'
import { distancesTo } from '#ml/models/neighbours'
import { leavesOf, type TreeEnsemble } from '#ml/models/trees'
import type { TrainColumns } from '#ml/pipeline/data'
import type { LearnedPipeline } from '#ml/pipeline/fitted-pipeline'
import type { Background } from './background'

/**
 * The training rows most similar to one row (`columns` of one row, after the prepare steps), among those that are kept: all of a
 * model of nearest neighbours, by its own distance; else the sample of the background. Trees: the share of trees in whose
 * leaves both rows end together (Breiman 2003, "Manual: setting up, using, and understanding random forests v4.0",
 * proximities). Other models: the cosine of their features, of which those that every row holds are counted in standard
 * deviations from their mean.
 */
export function similarRows(learned: LearnedPipeline, columns: TrainColumns, count: number): SimilarRows {
  const { features, model, background } = learned
  const own = transformFeatures(features, readValues(features.blocks, columns), Int32Array.of(0))
  const { rows, answers, x } = background.sample
  const answerOf = (coded: number) => (learned.task === 'classification' ? (learned.classes[coded] ?? '') : coded)
  if (model.shape === 'neighbours') {
    const similarities = distancesTo(model, own).map((distance) => -distance)
    return {
      measure: 'distance',
      among: model.count,
      rows: topOf(similarities, count).map((row) => ({
        row,
        similarity: similarities[row] ?? 0,
        answer: answerOf(model.labels[row] ?? 0),
      })),
    }
  }
  const sample: SparseRows = { ...own, ...x, rows: rows.length }
  const similarities = model.shape === 'trees' ? sharedLeaves(model, own, sample) : cosines(own, sample, background)
  return {
    measure: model.shape === 'trees' ? 'shared leaves' : 'cosine',
    among: rows.length,
    rows: topOf(similarities, count).map((i) => ({
      row: rows[i] ?? 0,
      similarity: similarities[i] ?? 0,
      answer: answerOf(answers[i] ?? 0),
    })),
  }
}

function topOf(similarities: Float64Array, count: number): number[] {
  return Array.from(similarities.keys())
    .sort((a, b) => (similarities[b] ?? 0) - (similarities[a] ?? 0) || a - b)
    .slice(0, count)
}

function sharedLeaves(model: TreeEnsemble, own: SparseRows, sample: SparseRows): Float64Array {
  const trees = Math.max(1, model.roots.length)
  const mine = leavesOf(model, own)
  const theirs = leavesOf(model, sample)
  return Float64Array.from({ length: sample.rows }, (_, row) => {
    let shared = 0
    for (let tree = 0; tree < trees; tree++) if (mine[tree] === theirs[row * trees + tree]) shared += 1
    return shared / trees
  })
}

function cosines(own: SparseRows, sample: SparseRows, background: Background): Float64Array {
  const placed = placer(background)
  const mine = new Float64Array(own.terms)
  let square = 0
  for (const [j, term] of own.ids.entries()) {
    const value = placed(term, own.values[j] ?? 0)
    mine[term] = value
    square += value * value
  }
  return Float64Array.from({ length: sample.rows }, (_, row) => {
    let product = 0
    let other = 0
    for (let j = sample.ptr[row] ?? 0, end = sample.ptr[row + 1] ?? 0; j < end; j++) {
      const term = sample.ids[j] ?? 0
      const value = placed(term, sample.values[j] ?? 0)
      product += value * (mine[term] ?? 0)
      other += value * value
    }
    return square > 0 && other > 0 ? product / Math.sqrt(square * other) : 0
  })
}

/** A value as it is compared. A number that the row lacks is the mean. */
function placer({ means, spreads, steady }: Background): (term: number, value: number) => number {
  const isSteady = new Uint8Array(means.length)
  for (const term of steady) isSteady[term] = 1
  return (term, value) => {
    if (Number.isNaN(value)) return 0
    if (isSteady[term] === 0) return value
    const spread = spreads[term] ?? 0
    return spread > 0 ? (value - (means[term] ?? 0)) / spread : 0
  }
}

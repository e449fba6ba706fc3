import { AppError } from '#core/errors/app-error'
import type { ReasonUnit, RowReasons } from '#core/reports/row-reasons'
import { transformFeatures } from '#ml/features/fit-plan'
import { readValues } from '#ml/features/read-values'
import { scoresOf } from '#ml/models/model-state'
import type { TreeEnsemble } from '#ml/models/trees'
import type { TrainColumns } from '#ml/pipeline/data'
import type { LearnedPipeline } from '#ml/pipeline/fitted-pipeline'
import { explainByColumns } from './explain-by-columns'
import { sumByColumn } from './row-features'
import { treeShap } from './tree-shap'

/** Explains one row for each class by its index; regressors have one answer, 0. */
export type Explained = {
  of(output: number): RowReasons
  /** What each term adds, [terms]; null where only whole columns can be told apart. */
  terms(output: number): Float64Array | null
}

/**
 * Why the pipeline answers one row (`columns` of one row, after the prepare steps) as it does. Linear models: each feature's
 * weight times its distance from the mean, which are Shapley values when features are independent (Lundberg & Lee 2017, "A
 * unified approach to interpreting model predictions", section 4.1). Trees: path-dependent TreeSHAP. Any other model:
 * Shapley values of raw columns, an unknown column having the value of the typical training row.
 */
export async function explainRow(
  learned: LearnedPipeline,
  columns: TrainColumns,
  { seed, signal }: { seed: number; signal?: AbortSignal },
): Promise<Explained> {
  const rows = Math.max(0, ...learned.signature.inputs.map(({ name }) => columns[name]?.values.length ?? 0))
  if (rows !== 1) throw new AppError('bad_input', { detail: `One row is explained at a time, and here are ${rows}.` })
  const { model, features } = learned
  const isByColumn = (model.shape === 'linear' || model.shape === 'trees') && !features.blocks.some(({ kind }) => kind === 'components')
  if (!isByColumn) return explainByColumns(learned, columns, { seed, ...(signal && { signal }) })
  const x = transformFeatures(features, readValues(features.blocks, columns), Int32Array.of(0))
  const dense = new Float32Array(features.terms)
  for (const [j, term] of x.ids.entries()) dense[term] = x.values[j] ?? 0
  const { expected, parts } =
    model.shape === 'trees' ? await treeShap(model, dense, signal) : linearShap(model, dense, learned.background.means)
  const scores = scoresOf(model.shape === 'trees' ? unlinked(model) : model, x)
  const { unit, divisor, isBeforeCalibration } = unitOf(learned)
  const directions = (output: number) => directionOf(unit, output, model.outputs).map((weight) => weight / divisor)
  const termsOf = (output: number) => {
    const direction = directions(output)
    return Float64Array.from({ length: features.terms }, (_, term) => along(direction, parts, term * model.outputs))
  }
  return {
    of: (output) => ({
      unit,
      base: along(directions(output), expected, 0),
      score: along(directions(output), scores, 0),
      columns: sumByColumn(features, termsOf(output), dense),
      against: 'training rows',
      isBeforeCalibration,
    }),
    terms: termsOf,
  }
}

function along(direction: readonly number[], from: ArrayLike<number>, at: number): number {
  let sum = 0
  for (let k = 0; k < direction.length; k++) sum += (direction[k] ?? 0) * (from[at + k] ?? 0)
  return sum
}

/** As treeShap, of a linear model: the mean score, and what each term adds to it, [terms][outputs]. */
function linearShap(
  { weights, bias, outputs, terms }: { weights: Float32Array; bias: Float32Array; outputs: number; terms: number },
  row: Float32Array,
  means: Float32Array,
): { expected: Float64Array; parts: Float64Array } {
  const expected = Float64Array.from(bias)
  const parts = new Float64Array(terms * outputs)
  for (let term = 0; term < terms; term++) {
    const mean = means[term] ?? 0
    const away = (row[term] ?? 0) - mean
    for (let k = 0; k < outputs; k++) {
      const weight = weights[term * outputs + k] ?? 0
      parts[term * outputs + k] = weight * away
      expected[k] = (expected[k] ?? 0) + weight * mean
    }
  }
  return { expected, parts }
}

/** Trees before their link, where their sums add up. */
const unlinked = (model: TreeEnsemble): TreeEnsemble => ({ ...model, link: 'identity' })

/** A temperature divides log-odds, so that they are those of the probability that is answered; other calibrations bend them. */
function unitOf(learned: LearnedPipeline): { unit: ReasonUnit; divisor: number; isBeforeCalibration: boolean } {
  const link = learned.model.shape === 'trees' ? learned.model.link : 'identity'
  if (learned.task === 'regression') return { unit: link === 'exp' ? 'log-value' : 'value', divisor: 1, isBeforeCalibration: false }
  const { calibration } = learned
  const temperature = calibration.method === 'temperature' ? calibration.temperature : null
  if (link === 'log') return { unit: 'share', divisor: 1, isBeforeCalibration: temperature !== 1 }
  return {
    unit: learned.classes.length === 2 ? 'log-odds' : 'score',
    divisor: temperature ?? 1,
    isBeforeCalibration: temperature === null,
  }
}

/** What each output of the model counts, [outputs]. */
function directionOf(unit: ReasonUnit, output: number, outputs: number): number[] {
  return Array.from({ length: outputs }, (_, k) => {
    const own = k === output ? 1 : 0
    if (unit === 'log-odds') return own === 1 ? 1 : -1
    return unit === 'score' ? own - 1 / outputs : own
  })
}

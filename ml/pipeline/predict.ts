import { AppError } from '#core/errors/app-error'
import { calibratedProbabilities } from '#ml/calibration/calibration'
import { transformFeatures } from '#ml/features/fit-plan'
import { columnOf, numbersOf, type RawColumn, textsOf, wordsOf } from '#ml/features/raw-columns'
import { TermCounter } from '#ml/features/term-counter'
import { scoresOf } from '#ml/models/model-state'
import { argmaxRows } from '#ml/models/scores'
import type { TrainColumns } from './data'
import type { FittedClassifier, FittedPipeline, FittedRegressor } from './fitted-pipeline'

export type ClassPredictions = {
  /** [rows][classes] row-major. */
  probabilities: Float32Array
  /** Index of the most probable class, per row. */
  labels: Int32Array
}

export type NumberPredictions = {
  /** [rows] */
  values: Float32Array
}

/** Applies a fitted pipeline to raw columns; the prepare steps must have been applied before. The .onnx gives the same answers. */
export function predictPipeline(pipeline: FittedClassifier, columns: TrainColumns): ClassPredictions
export function predictPipeline(pipeline: FittedRegressor, columns: TrainColumns): NumberPredictions
export function predictPipeline(pipeline: FittedPipeline, columns: TrainColumns): ClassPredictions | NumberPredictions {
  const raw = readForPrediction(pipeline, columns)
  const rows = Int32Array.from({ length: rowsOf(pipeline, columns) }, (_, row) => row)
  const scores = scoresOf(pipeline.model, transformFeatures(pipeline.features, raw, rows))
  if (pipeline.task === 'regression') return { values: scores }
  const classes = pipeline.classes.length
  const probabilities = calibratedProbabilities(scores, pipeline.calibration, classes)
  return { probabilities, labels: argmaxRows(probabilities, classes) }
}

function rowsOf(pipeline: FittedPipeline, columns: TrainColumns): number {
  const lengths = pipeline.signature.inputs.map(({ name }) => columnOf(columns, name).values.length)
  if (new Set(lengths).size > 1)
    throw new AppError('bad_input', { detail: `The columns have different numbers of rows: ${lengths.join(', ')}.` })
  return lengths[0] ?? 0
}

/** One raw column per fitted block; n-grams that the training has not seen are left out. */
function readForPrediction({ features, plan }: FittedPipeline, columns: TrainColumns): RawColumn[] {
  const steps = plan.features
  return features.blocks.map((block): RawColumn => {
    const { name } = block
    const column = columnOf(columns, name)
    const step = steps.find((candidate) => candidate.kind === block.kind && candidate.columns.includes(name))
    if (block.kind === 'text' && step?.kind === 'text') {
      const counter = new TermCounter(block.form, block.table, false)
      for (const text of wordsOf(column, name)) counter.addRow(text)
      return { kind: 'text', name, step, form: block.form, table: block.table, counted: counter.rows() }
    }
    if (block.kind === 'category' && step?.kind === 'category') {
      const values = [...textsOf(column)]
      return { kind: 'category', name, step, values, codes: Int32Array.from(values, (_, row) => row) }
    }
    if (block.kind === 'number' && step?.kind === 'number') return { kind: 'number', name, step, values: numbersOf(column, name) }
    throw new TypeError(`The plan has no ${block.kind} step for "${name}".`)
  })
}

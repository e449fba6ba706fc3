import { AppError } from '#core/errors/app-error'
import { calibratedProbabilities } from '#ml/calibration/calibration'
import { answersOf } from '#ml/calibration/threshold'
import { transformFeatures } from '#ml/features/fit-plan'
import { columnOf } from '#ml/features/raw-columns'
import { readValues } from '#ml/features/read-values'
import { scoresOf } from '#ml/models/model-state'
import type { TrainColumns } from './data'
import type { LearnedClassifier, LearnedPipeline, LearnedRegressor } from './fitted-pipeline'

export type ClassPredictions = {
  /** [rows][classes] row-major. */
  probabilities: Float32Array
  /** Index of the class that is answered, per row. */
  labels: Int32Array
}

export type NumberPredictions = {
  /** [rows] */
  values: Float32Array
}

/** Applies a fitted pipeline to raw columns; the prepare steps must have been applied before. The .onnx gives the same answers. */
export function predictPipeline(pipeline: LearnedClassifier, columns: TrainColumns): ClassPredictions
export function predictPipeline(pipeline: LearnedRegressor, columns: TrainColumns): NumberPredictions
export function predictPipeline(pipeline: LearnedPipeline, columns: TrainColumns): ClassPredictions | NumberPredictions {
  const raw = readValues(pipeline.features.blocks, columns)
  const rows = Int32Array.from({ length: rowsOf(pipeline, columns) }, (_, row) => row)
  const scores = scoresOf(pipeline.model, transformFeatures(pipeline.features, raw, rows))
  if (pipeline.task === 'regression') return { values: scores }
  const classes = pipeline.classes.length
  const probabilities = calibratedProbabilities(scores, pipeline.calibration, classes)
  return { probabilities, labels: answersOf(probabilities, classes, pipeline.threshold) }
}

function rowsOf(pipeline: LearnedPipeline, columns: TrainColumns): number {
  const lengths = pipeline.signature.inputs.map(({ name }) => columnOf(columns, name).values.length)
  if (new Set(lengths).size > 1)
    throw new AppError('bad_input', { detail: `The columns have different numbers of rows: ${lengths.join(', ')}.` })
  return lengths[0] ?? 0
}

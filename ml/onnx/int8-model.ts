import { type EstimatorKind, estimators } from '#core/estimators/estimators'
import { formatBytes, formatShare } from '#core/words/format'
import { type Int8Table, quantiseOnnx } from './quantise'

/** A model in int8, or one sentence that says why that does not pay. */
export type Int8Model = { bytes: Uint8Array<ArrayBuffer>; tables: Int8Table[] } | { refusal: string }

/** Saving less of the file is not worth other answers. */
const leastSaved = 0.1

/** A model file with its weights in int8. `kind` is the estimator that was trained; null of a model that was imported. */
export function int8Model(bytes: Uint8Array, kind: EstimatorKind | null): Int8Model {
  if (kind === 'nearest-neighbours') {
    return {
      refusal:
        'A nearest-neighbours model holds training rows, not weights: rounded, other rows would be the nearest. It stays in float32; train on fewer rows to make it smaller.',
    }
  }
  const made = quantiseOnnx(bytes)
  const saved = 1 - made.bytes.length / bytes.length
  return saved >= leastSaved
    ? made
    : { refusal: `${whyNot(kind)} int8 would save ${formatShare(Math.max(0, saved), 0)} of its ${formatBytes(bytes.length)}.` }
}

const hasTrees = /forest|trees|boosting/

function whyNot(kind: EstimatorKind | null): string {
  if (kind === null) return 'The imported file holds no large tables of float32 weights;'
  const name = estimators[kind].name.replace(/^./, (letter) => letter.toUpperCase())
  if (hasTrees.test(kind)) return `${name} compares with thresholds and holds no large table of weights;`
  if (kind === 'gaussian-naive-bayes') return `${name} keeps means and scales in double precision, as its distances need;`
  return `${name}: this model holds few weights beside the rest of its file;`
}

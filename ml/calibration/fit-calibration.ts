import { AppError } from '#core/errors/app-error'
import type { CalibrationMethod } from '#core/model/answering'
import { pause } from '#ml/pipeline/pause'
import type { Fold, FoldStrategy } from '#ml/validate/folds'
import { type Calibration, calibratedProbabilities, uncalibrated } from './calibration'
import { fitIsotonic, mirrored } from './isotonic'
import { logOddsRows } from './log-odds'
import { fitSigmoid } from './sigmoid'
import { fitTemperature } from './temperature'

const valuesPerPause = 400_000
const mostIsotonicClasses = 12
/** By this share of a score's usual size the runtimes may differ in it; a few float32 roundings. */
const scoreError = 2 ** -21
/** How much of a calibrated probability may come of that: well within the 1e-5 that both runtimes are held to. */
const allowed = { twoClasses: 5e-6, more: 2e-6 }

type FitCalibrationArgs = {
  /** [rows][classes] row-major, out of fold. */
  scores: Float32Array
  y: Int32Array
  classes: number
  /** To learn from; all by default. */
  rows?: Int32Array | undefined
  signal?: AbortSignal | undefined
}

/**
 * Fits how scores become probabilities; sigmoid and isotonic learn each class against the rest, one of two from the other.
 * Throws AppError for isotonic with more than 12 classes, and `cancelled`.
 */
export async function fitCalibration(method: CalibrationMethod, args: FitCalibrationArgs): Promise<Calibration> {
  const { classes, y, signal } = args
  checkCalibration(method, classes)
  if (method === 'none') return uncalibrated
  if (method === 'temperature') {
    const { scores, rows } = args
    return { method, temperature: await fitTemperature(scores, y, classes, { ...(rows && { rows }), ...(signal && { signal }) }) }
  }
  const { odds, isClass, usual } = await againstTheRest(args)
  const first = classes === 2 ? 1 : 0
  if (method === 'sigmoid') {
    const slopes = new Float32Array(classes)
    const intercepts = new Float32Array(classes)
    for (let k = first; k < classes; k++) {
      const [slope, intercept] = await fitSigmoid(odds(k), isClass(k), signal)
      slopes[k] = slope
      intercepts[k] = intercept
    }
    if (classes === 2) {
      slopes[0] = slopes[1] ?? 0
      intercepts[0] = -(intercepts[1] ?? 0)
    }
    return { method, slopes, intercepts }
  }
  const steepest = (classes === 2 ? allowed.twoClasses : allowed.more) / (scoreError * Math.max(1, usual))
  const curves = []
  for (let k = first; k < classes; k++) curves.push(await fitIsotonic(odds(k), isClass(k), { steepest, signal }))
  return { method, curves: classes === 2 ? curves.flatMap((curve) => [mirrored(curve), curve]) : curves }
}

/** Refuses what cannot be calibrated so, before any work is done. */
export function checkCalibration(method: CalibrationMethod, classes: number): void {
  if (method !== 'isotonic' || classes <= mostIsotonicClasses) return
  throw new AppError('bad_params', {
    detail: `Isotonic calibration learns a curve per class, for at most ${mostIsotonicClasses} classes, and there are ${classes}: choose sigmoid or temperature.`,
    hint: { param: 'calibration', fix: { label: 'Use temperature', kind: 'set-param', value: 'temperature' } },
  })
}

/**
 * Out-of-fold probabilities, [rows][classes]: each fold calibrated by what the other folds say; by time, by what the
 * earlier ones say. Rows that no fold tests are calibrated by nothing.
 */
export async function calibrateAcrossFolds(
  method: CalibrationMethod,
  { scores, tested, y, classes, folds, strategy, signal }: FitCalibrationArgs & AcrossFolds,
): Promise<Float32Array> {
  checkCalibration(method, classes)
  const probabilities = await calibrateRows(scores, uncalibrated, classes, signal)
  if (method === 'none') return probabilities
  for (const [i, fold] of folds.entries()) {
    const rows = othersOf(i, folds, tested, strategy)
    if (rows.length === 0) continue
    const calibration = await fitCalibration(method, { scores, y, classes, rows, signal })
    const part = await calibrateRows(rowsAt(scores, fold.test, classes), calibration, classes, signal)
    for (let j = 0; j < part.length; j++) probabilities[(fold.test[Math.floor(j / classes)] ?? 0) * classes + (j % classes)] = part[j] ?? 0
  }
  return probabilities
}

type AcrossFolds = {
  /** Rows that some fold tests. */
  tested: Int32Array
  folds: readonly Fold[]
  strategy: FoldStrategy['kind']
}

/** Tested rows of which fold `i` may learn: all that it does not test itself; by time, those of earlier folds. */
export function othersOf(i: number, folds: readonly Fold[], tested: Int32Array, strategy: FoldStrategy['kind']): Int32Array {
  const isLeft = new Uint8Array((tested.at(-1) ?? -1) + 1)
  for (const { test } of strategy === 'time' ? folds.slice(i) : folds.slice(i, i + 1)) for (const row of test) isLeft[row] = 1
  return tested.filter((row) => isLeft[row] === 0)
}

/** Log-odds and membership per class, over the rows to learn from, and the mean size of their scores. */
async function againstTheRest({ scores, y, classes, rows, signal }: FitCalibrationArgs) {
  const looked = rows ?? y.map((_, row) => row)
  const odds = rowsAt(scores, looked, classes)
  let size = 0
  await inBlocks(odds, classes, signal, (block) => {
    for (const score of block) size += Math.abs(score)
    block.set(logOddsRows(block, classes))
  })
  return {
    odds: (k: number) => {
      const column = new Float32Array(looked.length)
      for (let i = 0; i < column.length; i++) column[i] = odds[i * classes + k] ?? 0
      return column
    },
    isClass: (k: number) => {
      const column = new Uint8Array(looked.length)
      for (let i = 0; i < column.length; i++) column[i] = y[looked[i] ?? 0] === k ? 1 : 0
      return column
    },
    usual: size / Math.max(1, odds.length),
  }
}

/** Probabilities of all rows from their scores, [rows][classes]; the scores stay. */
export async function calibrateRows(
  scores: Float32Array,
  calibration: Calibration,
  classes: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const probabilities = scores.slice()
  await inBlocks(probabilities, classes, signal, (block) => calibratedProbabilities(block, calibration, classes))
  return probabilities
}

/** Some rows of [rows][classes], in their order. */
export function rowsAt(values: Float32Array, rows: Int32Array, classes: number): Float32Array {
  const part = new Float32Array(rows.length * classes)
  // no subarray a row: a million of them are slower than all the rest
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] ?? 0) * classes
    for (let k = 0; k < classes; k++) part[i * classes + k] = values[from + k] ?? 0
  }
  return part
}

async function inBlocks(values: Float32Array, classes: number, signal: AbortSignal | undefined, change: (block: Float32Array) => void) {
  const step = Math.max(1, Math.floor(valuesPerPause / classes)) * classes
  for (let at = 0; at < values.length; at += step) {
    change(values.subarray(at, at + step))
    if (at + step < values.length) await pause(signal)
  }
}

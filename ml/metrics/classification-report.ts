import { AppError } from '#core/errors/app-error'
import type { ClassificationReport } from '#core/reports/report'
import { argmaxRows } from '#ml/models/scores'
import { calibration } from './calibration'
import { worstMistakes } from './mistakes'
import { type Ranking, rankingOf, thinCurve } from './ranking'

const most = {
  confusionClasses: 100,
  confusions: 50,
  curveClasses: 12,
  curvePoints: 200,
  rankedCells: 5_000_000,
}
/** As scikit-learn's log_loss clips float32 probabilities. */
export const smallestLogged = 1.1920929e-7

export type ClassificationReportArgs = {
  classes: readonly string[]
  /** Class index per row. */
  truth: Int32Array
  /** [rows][classes] row-major, rows sum to 1. */
  probabilities: Float32Array
  /** Class index that is answered, per row; the most probable by default. */
  predicted?: Int32Array
  /** What to show of a row in the list of mistakes. */
  texts?: (row: number) => string
}

/**
 * Quality of a classifier's probabilities. Precision, recall and F1 are 0 where they are 0/0, and macro figures are means
 * over all classes, as scikit-learn's (zero_division=0, labels=all). Ranking figures of the whole are means over classes
 * of one against the rest, for two classes too, and null when some class has no row (or no other class has one).
 */
export function classificationReport(args: ClassificationReportArgs): ClassificationReport {
  const { classes, truth, probabilities, texts } = args
  const width = classes.length
  if (truth.length === 0) throw new AppError('bad_input', { detail: 'There are no rows to evaluate on.' })
  if (probabilities.length !== truth.length * width) {
    throw new AppError('bad_input', {
      detail: `${truth.length} rows and ${width} classes need ${truth.length * width} probabilities, not ${probabilities.length}.`,
    })
  }
  const predicted = args.predicted ?? argmaxRows(probabilities, width)
  const confidence = Float64Array.from(predicted, (label, row) => probabilities[row * width + label] ?? 0)
  const isRight = Uint8Array.from(predicted, (label, row) => (label === truth[row] ? 1 : 0))
  const tallies = tally(truth, predicted, width)
  const rankings = width * truth.length <= most.rankedCells ? rankClasses(truth, probabilities, width) : null
  const perClass = classes.map((name, k) => classFigures(name, k, tallies, truth.length, rankings?.[k] ?? null))
  const reliability = calibration(confidence, isRight)
  const mean = (pick: (figures: (typeof perClass)[number]) => number) => perClass.reduce((sum, figures) => sum + pick(figures), 0) / width
  const meanOrNull = (values: (number | null)[]) => (values.every((v) => v !== null) ? values.reduce((sum, v) => sum + v, 0) / width : null)
  return {
    report: 'classification',
    rows: truth.length,
    classes: [...classes],
    accuracy: isRight.reduce((sum, bit) => sum + bit, 0) / truth.length,
    macroPrecision: mean((f) => f.precision),
    macroRecall: mean((f) => f.recall),
    macroF1: mean((f) => f.f1),
    logLoss: logLoss(truth, probabilities, width),
    rocAuc: meanOrNull(perClass.map((f) => f.rocAuc)),
    averagePrecision: meanOrNull(perClass.map((f) => f.averagePrecision)),
    ece: reliability.ece,
    meanConfidence: confidence.reduce((sum, value) => sum + value, 0) / truth.length,
    perClass,
    confusion: width <= most.confusionClasses ? confusionMatrix(tallies, width) : null,
    confusions: worstConfusions(tallies, classes),
    curves: width <= most.curveClasses ? curvesOf(classes, rankings) : [],
    calibration: reliability.bins,
    mistakes: worstMistakes({ classes, truth, predicted, probabilities, texts }),
  }
}

/** Mean of -ln p(true class), p clipped to [1.2e-7, 1 - 1.2e-7] as scikit-learn does for float32. */
export function logLoss(truth: Int32Array, probabilities: Float32Array, classes: number): number {
  let sum = 0
  for (let row = 0; row < truth.length; row++) {
    const p = probabilities[row * classes + (truth[row] ?? 0)] ?? 0
    sum -= Math.log(Math.min(Math.max(p, smallestLogged), 1 - smallestLogged))
  }
  return sum / truth.length
}

type Tallies = {
  /** Rows per class, as labelled, as predicted, and both. */
  truth: Int32Array
  predicted: Int32Array
  right: Int32Array
  /** truth * classes + predicted -> rows, only where there are any. */
  cells: Map<number, number>
}

function tally(truth: Int32Array, predicted: Int32Array, classes: number): Tallies {
  const tallies: Tallies = {
    truth: new Int32Array(classes),
    predicted: new Int32Array(classes),
    right: new Int32Array(classes),
    cells: new Map(),
  }
  for (let row = 0; row < truth.length; row++) {
    const [t, p] = [truth[row] ?? 0, predicted[row] ?? 0]
    tallies.truth[t] = (tallies.truth[t] ?? 0) + 1
    tallies.predicted[p] = (tallies.predicted[p] ?? 0) + 1
    if (t === p) tallies.right[t] = (tallies.right[t] ?? 0) + 1
    tallies.cells.set(t * classes + p, (tallies.cells.get(t * classes + p) ?? 0) + 1)
  }
  return tallies
}

function classFigures(
  name: string,
  k: number,
  tallies: Tallies,
  rows: number,
  ranking: Ranking | null,
): ClassificationReport['perClass'][number] {
  const [truth, predicted, right] = [tallies.truth[k] ?? 0, tallies.predicted[k] ?? 0, tallies.right[k] ?? 0]
  return {
    name,
    rows: truth,
    predicted,
    precision: ratio(right, predicted),
    recall: ratio(right, truth),
    f1: ratio(2 * right, truth + predicted),
    falsePositiveRate: ratio(predicted - right, rows - truth),
    rocAuc: ranking?.rocAuc ?? null,
    averagePrecision: ranking?.averagePrecision ?? null,
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function rankClasses(truth: Int32Array, probabilities: Float32Array, classes: number): Ranking[] {
  return Array.from({ length: classes }, (_, k) => {
    const scores = Float64Array.from(truth, (_label, row) => probabilities[row * classes + k] ?? 0)
    const ranking = rankingOf(
      scores,
      Uint8Array.from(truth, (label) => (label === k ? 1 : 0)),
    )
    return classes <= most.curveClasses ? ranking : { ...ranking, roc: [], precisionRecall: [] }
  })
}

function curvesOf(classes: readonly string[], rankings: Ranking[] | null): ClassificationReport['curves'] {
  return (rankings ?? []).map(({ roc, precisionRecall }, k) => ({
    name: classes[k] ?? '',
    roc: thinCurve(roc, most.curvePoints),
    precisionRecall: thinCurve(precisionRecall, most.curvePoints),
  }))
}

function confusionMatrix(tallies: Tallies, classes: number): number[][] {
  return Array.from({ length: classes }, (_, t) => Array.from({ length: classes }, (_, p) => tallies.cells.get(t * classes + p) ?? 0))
}

function worstConfusions(tallies: Tallies, classes: readonly string[]): ClassificationReport['confusions'] {
  const width = classes.length
  return [...tallies.cells]
    .map(([cell, rows]) => ({ t: Math.floor(cell / width), p: cell % width, rows }))
    .filter(({ t, p }) => t !== p)
    .sort((a, b) => b.rows - a.rows || a.t - b.t || a.p - b.p)
    .slice(0, most.confusions)
    .map(({ t, p, rows }) => ({ truth: classes[t] ?? '', predicted: classes[p] ?? '', rows }))
}

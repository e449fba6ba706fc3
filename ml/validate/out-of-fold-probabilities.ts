import { calibrateAcrossFolds, checkCalibration } from '#ml/calibration/fit-calibration'
import { readRawColumns } from '#ml/features/read-raw-columns'
import { checkColumns, checkSize } from '#ml/pipeline/check-columns'
import { chooseFeatures } from '#ml/pipeline/choose-features'
import { codeLabels, type Labels, labelsOf } from '#ml/pipeline/labels'
import { type CrossValidateArgs, foldProgress } from './cross-validate-args'
import { type Fold, makeFolds } from './folds'
import { outOfFoldScores } from './out-of-fold'

export type OutOfFoldProbabilities = {
  labels: Labels
  /** [rows][classes] row-major; of no meaning in rows that no fold tests. */
  probabilities: Float32Array
  /** Rows that some fold tests, ascending. */
  tested: Int32Array
  folds: Fold[]
}

/**
 * What a classifier says of each row when it has not seen it. The calibration of a fold comes from the out-of-fold scores
 * of the other folds' rows. Throws as fitPipeline does.
 */
export async function outOfFoldProbabilities(args: CrossValidateArgs): Promise<OutOfFoldProbabilities> {
  const { columns, estimator, seed, signal } = args
  const targetName = args.targetName ?? 'label'
  const labels = codeLabels(labelsOf(args.target), targetName)
  const classes = labels.classes.length
  checkCalibration(args.calibration, classes)
  const { steps } = chooseFeatures(columns, args.plan, targetName, estimator)
  checkColumns(columns, steps, args.target.length)
  const folds = makeFolds(labels.y, args.folds, args.strategy)
  args.onProgress?.(0, folds.length * 100, 'Reading the columns')
  const raw = await readRawColumns(columns, steps, signal, { answers: labels, seed }, args.vectors)
  checkSize(labels.y.length, 0, classes)
  const outOfFold = await outOfFoldScores({
    raw,
    estimator,
    answers: { y: labels.y, classes },
    seed,
    folds,
    threads: args.threads,
    signal,
    onFold: foldProgress(args, folds.length),
  })
  const probabilities = await calibrateAcrossFolds(args.calibration, {
    ...outOfFold,
    y: labels.y,
    classes,
    folds,
    strategy: args.strategy.kind,
    signal,
  })
  return { labels, probabilities, tested: outOfFold.tested, folds }
}

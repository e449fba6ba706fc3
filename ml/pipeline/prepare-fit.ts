import { taskOf } from '#core/estimators/estimators'
import type { Reference, Signature } from '#core/model/signature'
import type { FeatureStep } from '#core/ports/plan'
import type { Answers } from '#ml/features/answers'
import { type FittedFeatures, fitTrainingRows } from '#ml/features/fit-plan'
import { type RawColumn, readRawColumns } from '#ml/features/read-raw-columns'
import type { SparseRows } from '#ml/features/sparse-rows'
import { checkColumns, checkSize, checkVocabularies } from './check-columns'
import { chooseFeatures } from './choose-features'
import type { TrainColumns } from './data'
import { describeInputs, describeReference } from './describe-columns'
import { type FitArgs, foldsOfTraining } from './fit-args'
import { suspectColumns } from './suspect-columns'

/** All that the training of either task needs before it learns. */
export type PreparedFit = {
  steps: FeatureStep[]
  /** What people should know of the columns, in sentences. */
  notes: string[]
  signature: Signature
  raw: RawColumn[]
  /** Fitted on all rows. */
  features: FittedFeatures
  x: SparseRows
  /** Folds that the rows allow. */
  folds: number
  /** Parts of the work done: 1 is the training on all rows, one more each fold. */
  report(done: number, doing: string): void
}

/**
 * Chooses and checks the features, reads their columns and fits them on all rows, some by the answers. Throws AppError that
 * names the column or the param.
 */
export async function prepareFit(args: FitArgs, targetName: string, answers: Answers): Promise<PreparedFit> {
  const { columns, estimator, signal } = args
  const { steps, notes } = chooseFeatures(columns, args.plan, targetName, estimator)
  notes.push(...checkColumns(columns, steps, args.target.length))
  const signature = describeInputs(columns, steps, targetName, taskOf(estimator))
  const names = signature.inputs.map(({ name }) => name)
  notes.push(...suspectColumns(columns, names, answers))
  const folds = Math.min(foldsOfTraining, args.target.length)
  const report = (done: number, doing: string) => args.onProgress?.(Math.round(done * 100), (folds + 1) * 100, doing)

  report(0, 'Reading the columns')
  const raw = await readRawColumns(columns, steps, signal, { answers, seed: args.seed })
  const rows = Int32Array.from({ length: args.target.length }, (_, row) => row)
  const { features, x } = fitTrainingRows(raw, rows)
  checkVocabularies(features)
  checkSize(rows.length, features.terms, answers.classes?.length ?? 1)
  return { steps, notes, signature, raw, features, x, folds, report }
}

/** What live traffic is compared with, of the input columns. */
export function referenceOfInputs(signature: Signature, columns: TrainColumns, rows: number): Pick<Reference, 'rows' | 'columns'> {
  return {
    rows,
    columns: signature.inputs.flatMap((input) => {
      const column = columns[input.name]
      // dates of live traffic are later than those of the training, as they should be
      return column && input.format !== 'moment' ? [describeReference(input, column)] : []
    }),
  }
}

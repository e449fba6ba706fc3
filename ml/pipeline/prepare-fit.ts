import { taskOf } from '#core/estimators/estimators'
import type { Reference, Signature } from '#core/model/signature'
import type { FeatureStep } from '#core/ports/plan'
import { type Background, describeBackground } from '#ml/explain/background'
import type { Answers } from '#ml/features/answers'
import { fitTrainingRows } from '#ml/features/fit-plan'
import type { FittedFeatures } from '#ml/features/fitted-features'
import { type RawColumn, readRawColumns } from '#ml/features/read-raw-columns'
import type { SparseRows } from '#ml/features/sparse-rows'
import { checkColumns, checkSize, checkVocabularies, notesOnComponents } from './check-columns'
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
  /** What may spoil the model in silence: a leak, an identifier. */
  warnings: string[]
  signature: Signature
  raw: RawColumn[]
  /** Fitted on all rows. */
  features: FittedFeatures
  x: SparseRows
  background: Background
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
  const { columns, seed } = args
  const prepared = await prepareFeatures(args, { targetName, answers, rows: args.target.length })
  const folds = Math.min(foldsOfTraining, args.target.length)
  const report = (done: number, doing: string) => args.onProgress?.(Math.round(done * 100), (folds + 1) * 100, doing)
  const background = await describeBackground(prepared.x, { columns, signature: prepared.signature, answers, seed }, args.signal)
  return { ...prepared, background, folds, report }
}

type FeatureArgs = Pick<FitArgs, 'columns' | 'plan' | 'vectors' | 'estimator' | 'seed' | 'signal' | 'onProgress'>
type PreparedFeatures = Omit<PreparedFit, 'background' | 'folds' | 'report'>

/** The same without what only a training on answers needs. `answers` is null where there are none. */
export async function prepareFeatures(
  args: FeatureArgs,
  { targetName, answers, rows }: { targetName: string; answers: Answers | null; rows: number },
): Promise<PreparedFeatures> {
  const { columns, estimator, signal } = args
  const { steps, notes } = chooseFeatures(columns, args.plan, targetName, estimator)
  notes.push(...checkColumns(columns, steps, rows))
  const signature = describeInputs(columns, steps, targetName, taskOf(estimator))
  // moments rise from row to row and are none the worse for it
  const names = signature.inputs.filter(({ format }) => format !== 'moment').map(({ name }) => name)
  const warnings = answers ? suspectColumns(columns, names, answers) : []

  args.onProgress?.(0, 100, 'Reading the columns')
  const raw = await readRawColumns(columns, steps, signal, answers ? { answers, seed: args.seed } : undefined, args.vectors)
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  const { features, x } = await fitTrainingRows(raw, all, signal)
  checkVocabularies(features)
  notes.push(...notesOnComponents(steps, features))
  checkSize(rows, features.terms, answers?.classes?.length ?? 1)
  return { steps, notes, warnings, signature, raw, features, x }
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

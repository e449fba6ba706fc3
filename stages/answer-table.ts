import { AppError } from '#core/errors/app-error'
import { readModelFile } from '#core/model/model-file'
import { answersNumber } from '#core/model/signature'
import type { Column } from '#core/ports/columns'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import type { AnswerChunk, OnnxModel, StageContext } from './define'
import { confidenceOf, onnxInputs, preparation, requireInputs } from './predict-rows'

/** More columns of probabilities make a table that nobody reads, and parts that do not fit into memory. */
const mostColumns = 100

type Answering = {
  model: Pick<ModelValue, 'artifact' | 'classes' | 'signature' | 'recipe'>
  table: Pick<TableValue, 'columns' | 'plan'>
  /** A column p_<class> for each class. */
  probabilities: boolean
  /** What the column `predicted_by` says of every row; null for no such column. */
  by: string | null
}

/** A model made ready to add its answers to a table, chunk by chunk. */
export type TableAnswers = { reads: string[]; adds: Column[]; answer: AnswerChunk; close(): Promise<void> }

/**
 * What Batch predict writes beside each row, as a stage and as a job: `predicted` and `confidence`, or `predicted` with
 * `predicted_low` and `predicted_high` of a model that answers a number. Throws AppError when the rows lack a column that the
 * model reads. Close it when done.
 */
export async function openTableAnswers(
  { model, table, probabilities, by }: Answering,
  ctx: Pick<StageContext, 'artifacts' | 'onnx' | 'secret' | 'signal'>,
): Promise<TableAnswers> {
  requireInputs(model, table)
  const classes = probabilities ? columnsOf(model) : []
  const bytes = await ctx.artifacts.read(model.artifact)
  const { reference, prepare } = readModelFile(bytes)
  const prepared = await preparation(model.recipe?.plan.prepare ?? prepare, table, ctx)
  const session = await ctx.onnx.open(bytes, 'native')
  const residuals = reference.task === 'regression' ? reference.residuals : { low: 0, high: 0 }
  const values = valuesBy(session, model, { classes, residuals })
  return {
    reads: model.signature.inputs.map(({ name }) => name),
    adds: [...addedColumns(model, classes), ...(by === null ? [] : [{ name: 'predicted_by', type: 'text' as const }])],
    async answer({ columns, rows }) {
      if (ctx.signal.aborted) throw new AppError('cancelled')
      const answers = await values(onnxInputs(model.signature, prepared(columns)), rows)
      return by === null ? answers : [...answers, new Array<string>(rows).fill(by)]
    },
    close: () => session.close(),
  }
}

/** The columns that a model adds to a table; `classes` are those whose probability is wanted. */
export function addedColumns({ signature }: Pick<ModelValue, 'signature'>, classes: readonly string[]): Column[] {
  if (answersNumber(signature)) return ['predicted', 'predicted_low', 'predicted_high'].map((name) => ({ name, type: 'number' }))
  return [
    { name: 'predicted', type: 'text' },
    { name: 'confidence', type: 'number' },
    ...classes.map((name): Column => ({ name: `p_${name}`, type: 'number' })),
  ]
}

function columnsOf({ signature, classes }: Answering['model']): readonly string[] {
  const fix = { label: 'Switch off', kind: 'set-param', value: 'false' } as const
  if (answersNumber(signature)) {
    throw new AppError('bad_params', {
      detail: `The model answers a number, "${signature.target}", and no classes: it has no probabilities. Switch the columns off; the prediction interval is always there.`,
      hint: { param: 'probabilities', fix },
    })
  }
  if (classes.length > mostColumns) {
    throw new AppError('bad_params', {
      detail: `The model has ${classes.length} classes; a column for each is offered up to ${mostColumns}. Switch it off: predicted and confidence are always there.`,
      hint: { param: 'probabilities', fix },
    })
  }
  return classes
}

type Inputs = Parameters<OnnxModel['run']>[0]

function valuesBy(
  session: OnnxModel,
  model: Answering['model'],
  { classes, residuals }: { classes: readonly string[]; residuals: { low: number; high: number } },
) {
  return async (inputs: Inputs, rows: number): Promise<ArrayLike<string | number>[]> => {
    const answers = await session.run(inputs, rows)
    if (answers.task === 'regression') {
      const { values } = answers
      return [
        values,
        Float64Array.from(values, (value) => value + residuals.low),
        Float64Array.from(values, (value) => value + residuals.high),
      ]
    }
    const { labels, probabilities } = answers
    const width = model.classes.length
    return [
      labels,
      confidenceOf(labels, probabilities, model.classes),
      ...classes.map((_, k) => Float64Array.from(labels, (_label, row) => probabilities[row * width + k] ?? 0)),
    ]
  }
}

import { AppError } from '#core/errors/app-error'
import { type ModelFile, readModelFile } from '#core/model/model-file'
import type { NumberReference, Residuals, Signature } from '#core/model/signature'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import type { PrepareStep } from '#core/ports/plan'
import { momentTexts } from '#ml/features/moments'
import { prepareColumns, secretsOf } from '#ml/features/prepare'
import { textsOf } from '#ml/features/raw-columns'
import type { TrainColumns } from '#ml/pipeline/data'
import { listWords } from './column-checks'
import type { ClassAnswers, NumberAnswers, OnnxInputs, StageContext } from './define'

/**
 * Labels, the probability of the label that is answered, and all probabilities row by row; or numbers. Both with what is
 * known of the model's training: rows per class and threshold, or residuals and, in all but the first files, mean and median.
 */
export type Answers =
  | (ClassAnswers & { confidence: Float64Array; trained: number[]; threshold: ModelFile['threshold'] })
  | (NumberAnswers & { residuals: Residuals; trained: NumberReference['answers'] })

/** Rows answered between two looks at the clock: progress and cancelling. */
const rowsPerStep = 1_024

/** Answers every row of a table with a model file, after the prepare steps that the table has not been through. */
export async function predictTable(model: ModelValue, table: TableValue, ctx: StageContext): Promise<Answers> {
  requireInputs(model, table)
  const bytes = await ctx.artifacts.read(model.artifact)
  const { reference, threshold, prepare } = readModelFile(bytes)
  const prepared = await preparation(model.recipe?.plan.prepare ?? prepare, table, ctx)
  const columns = await readInputs(model, table, ctx)
  const width = reference.task === 'regression' ? 1 : model.classes.length
  const labels: string[] = []
  const scores = new Float32Array(table.rows * width)
  const session = await ctx.onnx.open(bytes, 'native')
  try {
    for (let from = 0; from < table.rows; from += rowsPerStep) {
      if (ctx.signal.aborted) throw new AppError('cancelled')
      const to = Math.min(table.rows, from + rowsPerStep)
      const inputs = onnxInputs(model.signature, prepared(sliceColumns(columns, from, to)))
      const part = await session.run(inputs, to - from)
      if (part.task === 'classification') for (const label of part.labels) labels.push(label)
      scores.set(part.task === 'classification' ? part.probabilities : part.values, from * width)
      ctx.progress(to, table.rows, 'Answering rows')
    }
  } finally {
    await session.close()
  }
  return reference.task === 'regression'
    ? { task: 'regression', values: scores, residuals: reference.residuals, trained: reference.answers }
    : {
        task: 'classification',
        labels,
        probabilities: scores,
        confidence: confidenceOf(labels, scores, model.classes),
        trained: reference.classes.map(({ rows }) => rows),
        threshold,
      }
}

/** What the model reads of the table, whole, after the prepare steps that the table has not been through. */
export async function readModelInputs(model: ModelValue, table: TableValue, ctx: StageContext): Promise<TrainColumns> {
  requireInputs(model, table)
  const needed = model.recipe?.plan.prepare ?? readModelFile(await ctx.artifacts.read(model.artifact)).prepare
  return (await preparation(needed, table, ctx))(await readInputs(model, table, ctx))
}

const readInputs = ({ signature }: ModelValue, table: TableValue, ctx: StageContext) =>
  ctx.tables.read(
    table.artifact,
    signature.inputs.map(({ name }) => name),
  )

/** Takes rows of the table through the steps that they have not been through, with the secrets that those need. */
export async function preparation(
  needed: readonly PrepareStep[],
  table: Pick<TableValue, 'plan'>,
  ctx: Pick<StageContext, 'secret'>,
): Promise<(columns: TrainColumns) => TrainColumns> {
  const steps = remainingSteps(needed, table.plan.prepare)
  const keys = Object.fromEntries(await Promise.all(secretsOf(steps).map(async (name) => [name, await ctx.secret(name)] as const)))
  return (columns) => prepareColumns(steps, columns, keys)
}

/**
 * What must still happen to the rows. A table that came through the same stages has been prepared already; any other gets
 * all steps, which changes nothing in rows that are clean, because each step is idempotent.
 */
function remainingSteps(needed: readonly PrepareStep[], taken: readonly PrepareStep[]): readonly PrepareStep[] {
  const isPrefix = taken.length <= needed.length && taken.every((step, i) => JSON.stringify(step) === JSON.stringify(needed[i]))
  return isPrefix ? needed.slice(taken.length) : needed
}

/** Columns as the .onnx reads them: texts as both runtimes see them, numbers as float32. */
export function onnxInputs(signature: Signature, columns: TrainColumns): OnnxInputs {
  return Object.fromEntries(
    signature.inputs.map(({ name, type, format }) => {
      const column = columns[name]
      if (!column) throw new AppError('bad_input', { detail: `The column "${name}" is not there.`, hint: { column: name } })
      if (type !== 'number') return [name, format === 'moment' ? momentTexts(column) : textsOf(column)]
      if (column.type === 'text') {
        throw new AppError('bad_input', {
          detail: `The model reads "${name}" as numbers, but here it holds text. Cast it in an SQL stage before this one.`,
          hint: { port: 'table', column: name },
        })
      }
      return [name, Float32Array.from(column.values)]
    }),
  )
}

/** Throws AppError, with the column's name, when the rows lack a column that the model reads. */
export function requireInputs({ signature, recipe }: Pick<ModelValue, 'signature' | 'recipe'>, table: Pick<TableValue, 'columns'>): void {
  const there = table.columns.map(({ name }) => name)
  const gone = signature.inputs.find(({ name }) => !there.includes(name))
  if (!gone) return
  throw new AppError('bad_input', {
    detail: `The model reads the column "${gone.name}", which these rows lack; they have ${listWords(there)}.${recipe?.estimator.kind === 'recommender' ? ` It recommends from the items that a user has, written in that column as a list such as ${JSON.stringify(gone.example)}; how well it does so stands in the report of its Recommend items stage.` : ''}`,
    hint: { port: 'table', column: gone.name },
  })
}

export function sliceColumns(columns: TrainColumns, from: number, to: number): TrainColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      column.type === 'text'
        ? { type: column.type, values: column.values.slice(from, to), missing: column.missing.slice(from, to) }
        : { type: column.type, values: column.values.slice(from, to) },
    ]),
  )
}

/** The probability of each row's label. */
export function confidenceOf(labels: readonly string[], probabilities: Float32Array, classes: readonly string[]): Float64Array {
  const index = new Map(classes.map((name, k) => [name, k]))
  return Float64Array.from(labels, (label, row) => probabilities[row * classes.length + (index.get(label) ?? 0)] ?? 0)
}

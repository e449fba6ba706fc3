import { AppError } from '#core/errors/app-error'
import type { Task } from '#core/estimators/define'
import type { TableValue } from '#core/ports/kinds'
import { momentTexts } from '#ml/features/moments'
import { textsOf } from '#ml/features/raw-columns'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import type { Target } from '#ml/pipeline/fit-args'
import { listWords } from './column-checks'
import type { StageContext } from './define'

const mostClasses = 2_000

/** What a training reads of its table: the columns that the plan names (all, when it names none), and one answer a row. */
export async function readTrainingColumns(
  table: TableValue,
  target: string,
  task: Task,
  ctx: StageContext,
): Promise<{ columns: TrainColumns; answers: Target }> {
  const there = table.columns.map(({ name }) => name)
  if (target === '' || !there.includes(target)) {
    throw new AppError('bad_params', {
      detail: target === '' ? 'Choose the target column.' : `There is no column "${target}" to learn; there are ${listWords(there)}.`,
      hint: { param: 'target', ...(target === '' ? {} : { column: target }) },
    })
  }
  const { [target]: read } = await ctx.tables.read(table.artifact, [target])
  const answers = read ? answersFor(task, read) : []
  if (!(answers instanceof Float64Array) && task === 'classification') refuseTooManyClasses(target, answers)
  return { columns: { ...(await readFeatureColumns(table, [target], ctx)), ...(await readMoments(table, target, ctx)) }, answers }
}

/** The columns that the plan names; where it names none, all but times and those left out. */
export async function readFeatureColumns(table: TableValue, leaveOut: readonly string[], ctx: StageContext): Promise<TrainColumns> {
  const there = table.columns.map(({ name }) => name)
  const planned = [...new Set(table.plan.features.flatMap((step) => step.columns))]
  const gone = planned.find((name) => !there.includes(name))
  if (gone !== undefined) {
    throw new AppError('bad_input', {
      detail: `The plan reads the column "${gone}", which is no longer in the table; a stage after the features took it out. There are ${listWords(there)}.`,
      hint: { port: 'train', column: gone },
    })
  }
  // Times have no meaning as raw numbers.
  const candidates = table.columns.filter(({ name, type }) => !leaveOut.includes(name) && type !== 'timestamp').map(({ name }) => name)
  return ctx.tables.read(table.artifact, planned.length > 0 ? planned : candidates)
}

/** Timestamps where the plan names no features, as the texts that dates are read from: as raw numbers they would have no meaning. */
async function readMoments(table: TableValue, target: string, ctx: StageContext): Promise<TrainColumns> {
  const isPlanned = table.plan.features.some((step) => step.columns.length > 0)
  const names = table.columns.filter(({ name, type }) => name !== target && type === 'timestamp').map(({ name }) => name)
  if (isPlanned || names.length === 0) return {}
  const read = Object.entries(await ctx.tables.read(table.artifact, names))
  return Object.fromEntries(
    read.map(([name, column]) => {
      const values = [...momentTexts(column)]
      return [name, { type: 'text' as const, values, missing: Uint8Array.from(values, (value) => (value === '' ? 1 : 0)) }]
    }),
  )
}

/** Answers as a training of the task reads them: classifiers take numbers for names of classes. */
export function answersFor(task: Task, column: TrainColumn): Target {
  return task === 'regression' ? column.values : textsOf(column)
}

/** Far more classes than anybody triages: the column is an identifier, or free text. Training time and file size grow with each. */
function refuseTooManyClasses(target: string, labels: readonly string[]): void {
  const classes = new Set(labels).size
  if (classes <= mostClasses) return
  throw new AppError('bad_input', {
    detail: `The column "${target}" has ${classes.toLocaleString('en')} different values in ${labels.length.toLocaleString('en')} rows; at most ${mostClasses.toLocaleString('en')} classes can be learned. Choose a column with fewer values, or join the rare ones in an SQL stage before this one.`,
    hint: { param: 'target', column: target, fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
  })
}

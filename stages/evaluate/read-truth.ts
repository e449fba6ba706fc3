import { AppError } from '#core/errors/app-error'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { listWords } from '../column-checks'
import type { ColumnData, StageContext } from '../define'

/** The right answers of the rows; an AppError when there are no rows or no such column. */
export async function readTruth({ signature: { target } }: ModelValue, table: TableValue, ctx: StageContext): Promise<ColumnData> {
  if (table.rows === 0) {
    throw new AppError('bad_input', {
      detail: 'There are no rows to evaluate on; look at what the stages before keep.',
      hint: { port: 'table' },
    })
  }
  const { [target]: answers } = table.columns.some(({ name }) => name === target) ? await ctx.tables.read(table.artifact, [target]) : {}
  if (answers) return answers
  throw new AppError('bad_input', {
    detail: `To be evaluated, the rows need the right answers in the column "${target}", which this table lacks; it has ${listWords(table.columns.map((c) => c.name))}. To answer rows without it, use Batch predict.`,
    hint: { port: 'table', column: target, fix: { label: 'Use Batch predict', kind: 'insert-stage', value: 'batch-predict' } },
  })
}

/** Refuses rows of which none has an answer. */
export function refuseNoAnswers(answered: number, target: string): void {
  if (answered > 0) return
  throw new AppError('bad_input', { detail: `No row has an answer in the column "${target}".`, hint: { port: 'table', column: target } })
}

/** Rows without an answer cannot be judged; the log says how many. */
export function sayUncounted(unanswered: number, rows: number, target: string, ctx: StageContext): void {
  if (unanswered > 0) ctx.log('warn', `${unanswered} of ${rows} rows have no answer in "${target}" and were not counted.`)
}

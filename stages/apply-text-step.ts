import type { TableValue } from '#core/ports/kinds'
import type { PrepareStep } from '#core/ports/plan'
import { type PreparedText, type PrepareKeys, prepareText } from '#ml/features/prepare'
import type { StageContext } from './define'

type TextStep = Extract<PrepareStep, { kind: 'clean-text' | 'anonymise' }>

/** Rows between two looks at the abort signal, and two words of progress. */
const batchRows = 500

/**
 * Applies a text step to its columns of a table and appends it to the plan, so that rows that are served later are treated
 * the same. A missing text stays missing. `onText` sees each text with what was taken out of it.
 */
export async function applyTextStep(
  ctx: StageContext,
  table: TableValue,
  step: TextStep,
  keys: PrepareKeys,
  onText: (column: string, row: number, before: string, after: PreparedText) => void = () => {},
): Promise<TableValue> {
  const read = await ctx.tables.read(table.artifact, step.columns)
  const total = table.rows * step.columns.length
  let done = 0
  const replaced = []
  for (const name of step.columns) {
    const column = read[name]
    if (column?.type !== 'text') continue
    const values: (string | null)[] = new Array(table.rows)
    for (let row = 0; row < table.rows; row += 1) {
      if (row % batchRows === 0) {
        // Lets messages in: an abort is seen between batches.
        await new Promise((resolve) => setImmediate(resolve))
        ctx.signal.throwIfAborted()
        ctx.progress(done + row, total, name)
      }
      const before = column.values[row] ?? ''
      if (column.missing[row] === 1) {
        values[row] = null
        continue
      }
      const after = prepareText(before, step, keys)
      onText(name, row, before, after)
      values[row] = after.text
    }
    done += table.rows
    replaced.push({ column: { name, type: 'text' as const }, values })
  }
  const written = await ctx.tables.replace(table.artifact, replaced)
  return { kind: 'table', ...written, plan: { ...table.plan, prepare: [...table.plan.prepare, step] } }
}

import { applyTextStep } from '../apply-text-step'
import { defineRun } from '../define'
import { requireColumns } from '../require-columns'
import { cleanText } from './spec'

export const run = defineRun(cleanText, async ({ params, inputs: { table }, ctx }) => {
  const { columns, stripHtml, stripUrls, lowercase, collapseSpace, limit, maxChars } = params
  requireColumns(table, 'columns', columns, { what: 'at least one text column', types: ['text'] })
  let changed = 0
  const cleaned = await applyTextStep(
    ctx,
    table,
    { kind: 'clean-text', columns, stripHtml, stripUrls, lowercase, collapseSpace, maxChars: limit ? maxChars : null },
    {},
    (_column, _row, before, after) => {
      if (before !== after.text) changed += 1
    },
  )
  ctx.figure({ value: changed, label: changed === 1 ? 'text changed' : 'texts changed' })
  return { table: cleaned }
})

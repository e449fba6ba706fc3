import type { ModelValue } from '#core/ports/kinds'
import { openTableAnswers } from '../answer-table'
import { defineRun } from '../define'
import { requireColumns } from '../require-columns'
import { batchPredict } from './spec'

export const run = defineRun(batchPredict, async ({ params, inputs: { model, table }, ctx }) => {
  if (params.keep.length > 0) requireColumns(table, 'keep', params.keep, { what: 'the columns to keep' })
  const by = params.version ? nameOf(model) : null
  const answers = await openTableAnswers({ model, table, probabilities: params.probabilities, by }, ctx)
  try {
    const keep = params.keep.length === 0 ? undefined : params.keep
    const made = await ctx.tables.extend(table.artifact, { reads: answers.reads, adds: answers.adds, keep }, async (chunk) => {
      const values = await answers.answer(chunk)
      ctx.progress(chunk.from + chunk.rows, table.rows, 'Answering rows')
      return values
    })
    ctx.figure({ value: table.rows, label: table.rows === 1 ? 'row answered' : 'rows answered' })
    return { table: { kind: 'table', ...made, plan: table.plan } }
  } finally {
    await answers.close()
  }
})

/** `mail@3`; a model without a name is called by the beginning of its hash. */
function nameOf({ registered, artifact }: ModelValue): string {
  return registered ? `${registered.model}@${registered.version}` : artifact.slice(0, 12)
}

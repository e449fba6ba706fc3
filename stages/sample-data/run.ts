import { readFileSync } from 'node:fs'
import { emptyPlan } from '#core/ports/plan'
import { defineRun, type StageContext } from '../define'
import { withOnePartBlob } from './one-part-blob'
import { type ParsedMessage, parseMessage } from './parse-message'
import { type CorpusMessage, listCorpus } from './read-corpus'
import { mailColumns, sampleData } from './spec'

/** Of the two collections of ham and of spam, the first ones; reference: the groups of the corpus. */
const olderBatches = new Set(['easy-ham-1', 'hard-ham-1', 'spam-1'])

/** Messages read at once, between two looks at the abort signal. */
const together = 64

export const run = defineRun(sampleData, async ({ params: { batches }, ctx }) => {
  const all = await listCorpus()
  const chosen = all.filter(({ batch }) => batches === 'all' || olderBatches.has(batch) === (batches === 'older'))
  const parsed = await withOnePartBlob(() => parseAll(chosen, ctx))
  const values = {
    from_domain: parsed.map(({ fromDomain }) => fromDomain),
    subject: parsed.map(({ subject }) => subject),
    body: parsed.map(({ body }) => body),
    has_attachment: parsed.map(({ hasAttachment }) => hasAttachment),
    hour: parsed.map(({ hour }) => hour),
    date: parsed.map(({ dateMs }) => dateMs),
    batch: chosen.map(({ batch }) => batch),
    label: chosen.map(({ batch }) => (batch.startsWith('spam') ? 'spam' : 'ham')),
  }
  const table = await ctx.tables.write(mailColumns.map((column) => ({ column, values: values[column.name] })))
  ctx.figure({ value: table.rows, label: 'messages' })
  return { table: { kind: 'table', ...table, plan: emptyPlan } }
})

async function parseAll(chosen: readonly CorpusMessage[], ctx: StageContext): Promise<ParsedMessage[]> {
  const parsed: ParsedMessage[] = []
  for (let start = 0; start < chosen.length; start += together) {
    ctx.signal.throwIfAborted()
    ctx.progress(start, chosen.length, 'reading messages')
    const some = chosen.slice(start, start + together)
    // Read without a detour: for files this small, the way through the thread pool costs more than the reading.
    parsed.push(...(await Promise.all(some.map(({ file }) => parseMessage(readFileSync(file))))))
  }
  return parsed
}

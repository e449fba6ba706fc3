import { z } from 'zod'
import type { Column } from '#core/ports/columns'
import { defineStage } from '../define'

/** Columns of the e-mail sample, in order. */
export const mailColumns = [
  { name: 'from_domain', type: 'text' },
  { name: 'subject', type: 'text' },
  { name: 'body', type: 'text' },
  { name: 'has_attachment', type: 'boolean' },
  { name: 'hour', type: 'integer' },
  { name: 'date', type: 'timestamp' },
  { name: 'batch', type: 'text' },
  { name: 'label', type: 'text' },
] as const satisfies readonly Column[]

/** Real e-mail that comes with the product, so that a first workflow needs no file. */
export const sampleData = defineStage({
  type: 'sample-data',
  version: 1,
  title: 'Sample data',
  summary: 'Real e-mail, labelled ham or spam: 6,046 messages of the SpamAssassin corpus',
  category: 'collect',
  icon: 'mail',
  keywords: ['example', 'demo', 'e-mail', 'email', 'spam', 'ham', 'spamassassin'],
  params: z.object({
    data: z.enum(['spam-assassin']).default('spam-assassin').meta({
      title: 'Data',
      description: 'The SpamAssassin public corpus, collected in 2002 and 2003.',
      example: 'spam-assassin',
    }),
    batches: z.enum(['all', 'older', 'newer']).default('all').meta({
      title: 'Messages',
      description: 'Older mail has 15 % spam, newer mail 50 %: train on one and test on the other for an honest, harder test.',
      example: 'all',
    }),
  }),
  inputs: {},
  outputs: { table: { kind: 'table', label: 'Messages' } },
  describe: ({ batches }) =>
    ({ all: '6,046 e-mails, ham or spam', older: 'the older 3,250 e-mails', newer: 'the newer 2,796 e-mails' })[batches],
  columns: () => ({ table: mailColumns }),
})

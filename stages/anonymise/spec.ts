import { z } from 'zod'
import { piiKinds } from '#core/ports/plan'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Finds personal data in text and takes it out, also of rows that are served later. */
export const anonymise = defineStage({
  type: 'anonymise',
  version: 1,
  title: 'Anonymise',
  summary: 'Finds e-mail addresses, phone, card and account numbers and takes them out',
  category: 'prepare',
  icon: 'shield-off',
  keywords: ['pii', 'gdpr', 'privacy', 'mask', 'redact', 'hash', 'personal data', 'anonymize', 'iban', 'ssn'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({ title: 'Columns', description: 'Text columns to search.', example: 'subject, body', control: 'columns', types: ['text'] }),
    pii: z
      .array(z.enum(piiKinds))
      .min(1)
      .default([...piiKinds])
      .meta({
        title: 'Look for',
        description: 'Card numbers must pass the Luhn check, IBANs their check digits.',
        example: 'email, phone, card, iban, ip, ssn',
      }),
    mode: z.enum(['replace', 'mask', 'hash']).default('replace').meta({
      title: 'Put in its place',
      description: 'replace: <EMAIL>. mask: keeps the last digits. hash: the same value always gets the same code, made with a secret key.',
      example: 'replace',
    }),
    secret: z
      .string()
      .max(120)
      .default('')
      .meta({
        title: 'Secret',
        description: 'Name of the secret that keys the hash, from Settings, Secrets.',
        example: 'ANONYMISE_KEY',
        when: { param: 'mode', is: ['hash'] },
      }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Anonymised' }, report: { kind: 'report', label: 'What was found' } },
  describe: ({ columns, pii, mode }) => `${mode} ${pii.join(', ')} in ${columns.join(', ') || 'no column yet'}`,
  columns: (_, { table }) => ({ table }),
  check: ({ columns, mode, secret }, { table }) => [
    ...checkColumns('columns', columns, table, { what: 'at least one text column', types: ['text'] }),
    ...(mode === 'hash' && secret === ''
      ? [{ param: 'secret', message: 'A hash needs a key: name a secret from Settings, Secrets.' }]
      : []),
  ],
})

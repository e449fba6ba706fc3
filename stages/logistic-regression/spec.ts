import { z } from 'zod'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'

/** Fits the table's plan and a multinomial logistic regression, and writes both as one .onnx file. */
export const logisticRegression = defineStage({
  type: 'logistic-regression',
  version: 1,
  title: 'Logistic regression',
  summary: 'Learns one weight per feature and class; fast, strong on text, easy to read',
  category: 'learn',
  icon: 'chart-line',
  keywords: ['classifier', 'train', 'linear', 'softmax', 'sdca'],
  params: z.object({
    target: z
      .string()
      .default('')
      .meta({
        title: 'Target column',
        description: 'The column with the right answer.',
        example: 'label',
        control: 'column',
        of: 'train',
        types: ['text', 'boolean', 'integer'],
      }),
    c: z.number().positive().max(1e6).default(10).meta({
      title: 'C',
      description: 'How closely to follow the training rows: larger fits them more, smaller stays simpler.',
      example: '10',
    }),
    balanced: z.boolean().default(false).meta({
      title: 'Balance classes',
      description: 'Rare classes weigh as much as frequent ones. Raises their recall, costs precision.',
      example: 'off',
    }),
    calibrate: z.boolean().default(true).meta({
      title: 'Calibrate',
      description: 'Makes a stated confidence of 0.8 right in 80 % of cases, fitted out of fold.',
      example: 'on',
    }),
    maxEpochs: z.int().min(1).max(1_000).default(100).meta({
      title: 'At most',
      description: 'Passes over the training rows; it stops earlier once the solution is found.',
      example: '100',
      unit: 'passes',
      advanced: true,
    }),
  }),
  inputs: { train: { kind: 'table', label: 'Train' } },
  outputs: { model: { kind: 'model', label: 'Model' }, report: { kind: 'report', label: 'Training report' } },
  describe: ({ target, c, balanced }) => `${target || 'no target yet'}, C = ${c}${balanced ? ', classes balanced' : ''}`,
  check: ({ target }, { train }) =>
    checkColumn('target', target, train, { what: 'the target column', types: ['text', 'boolean', 'integer'] }),
})

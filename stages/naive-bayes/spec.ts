import { z } from 'zod'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'

/** Fits the table's plan and a multinomial or complement naive Bayes, and writes both as one .onnx file. */
export const naiveBayes = defineStage({
  type: 'naive-bayes',
  version: 1,
  title: 'Naive Bayes',
  summary: 'Counts terms per class; trains in an instant and needs few rows',
  category: 'learn',
  icon: 'scale',
  keywords: ['classifier', 'train', 'multinomial', 'complement', 'text'],
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
    variant: z.enum(['multinomial', 'complement']).default('complement').meta({
      title: 'Variant',
      description: 'Complement is better when classes differ much in size.',
      example: 'complement',
    }),
    alpha: z.number().positive().max(1_000).default(0.3).meta({
      title: 'Smoothing',
      description: 'Added to every count, so that a term never seen in a class does not rule the class out.',
      example: '0.3',
    }),
    calibrate: z.boolean().default(true).meta({
      title: 'Calibrate',
      description: 'Makes a stated confidence of 0.8 right in 80 % of cases, fitted out of fold.',
      example: 'on',
    }),
  }),
  inputs: { train: { kind: 'table', label: 'Train' } },
  outputs: { model: { kind: 'model', label: 'Model' }, report: { kind: 'report', label: 'Training report' } },
  describe: ({ target, variant, alpha }) => `${target || 'no target yet'}, ${variant}, smoothing ${alpha}`,
  check: ({ target }, { train }) =>
    checkColumn('target', target, train, { what: 'the target column', types: ['text', 'boolean', 'integer'] }),
})

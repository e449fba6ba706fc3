import { z } from 'zod'
import { weightForms } from '#core/model/smaller'
import { defineStage } from '../define'

/** Model names are part of URLs and of `model@version`. */
const modelName = /^([a-z][a-z0-9-]{0,59})?$/

/** Puts a model into the registry as a new version. The same model registered again is the same version. */
export const register = defineStage({
  type: 'register',
  version: 1,
  title: 'Register',
  summary: 'Puts the model into the registry as a new version',
  category: 'release',
  icon: 'package-check',
  keywords: ['registry', 'version', 'model', 'champion', 'alias'],
  params: z.object({
    name: z
      .string()
      .regex(modelName, 'A model name is lower-case letters, digits and hyphens, and starts with a letter.')
      .default('')
      .meta({
        title: 'Model name',
        description: 'Versions of one model count up: 1, 2, 3.',
        example: 'email-triage',
        control: 'model-name',
      }),
    alias: z.enum(['none', 'champion', 'challenger']).default('none').meta({
      title: 'Alias',
      description: 'A name that points at this version from now on; its history is kept.',
      example: 'challenger',
    }),
    weights: z.enum(weightForms).default('float32').meta({
      title: 'Weights',
      description: 'int8 makes the file of a linear model or network up to four times smaller; what that costs is measured first.',
      example: 'int8',
      advanced: true,
    }),
    tolerance: z
      .number()
      .min(0)
      .max(100)
      .default(0.5)
      .meta({
        title: 'Accuracy that may be lost',
        description: 'When int8 costs more, nothing is registered. Of a model that answers a number, hundredths of R2.',
        example: '0.5',
        unit: 'points',
        when: { param: 'weights', is: ['int8'] },
        advanced: true,
      }),
    description: z.string().max(500).default('').meta({
      title: 'What is new in it',
      description: 'One sentence for those who choose between versions.',
      example: 'Trained on mail up to September',
      control: 'textarea',
    }),
  }),
  inputs: {
    model: { kind: 'model', label: 'Model' },
    report: { kind: 'report', label: 'Evaluation', optional: true },
    sample: { kind: 'table', label: 'Rows for test traffic', optional: true },
  },
  outputs: { model: { kind: 'model', label: 'Registered model' } },
  describe: ({ name, alias, weights }) =>
    `${name || 'no name yet'}${alias === 'none' ? '' : `, alias ${alias}`}${weights === 'int8' ? ', in int8' : ''}`,
  check: ({ name }) => (name === '' ? [{ param: 'name', message: 'Name the model, for example email-triage.' }] : []),
})

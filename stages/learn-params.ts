import { z } from 'zod'
import { calibrationMethods, type ThresholdChoice, thresholdGoals } from '#core/model/answering'
import type { Column } from '#core/ports/columns'
import { checkColumn } from './column-checks'

/** What every Learn stage has beside the params of its estimator. */

const answerTypes = ['text', 'boolean', 'integer'] as const

export const target = z
  .string()
  .default('')
  .meta({
    title: 'Target column',
    description: 'The column with the right answer.',
    example: 'label',
    control: 'column',
    of: 'train',
    types: [...answerTypes],
  })

const numberTypes = ['number', 'integer'] as const

/** The target of a regressor. */
export const numberTarget = z
  .string()
  .default('')
  .meta({
    title: 'Target column',
    description: 'The column with the number to predict.',
    example: 'price',
    control: 'column',
    of: 'train',
    types: [...numberTypes],
  })

const ownThreshold = { param: 'threshold', is: [...thresholdGoals] }

/** How a classifier answers once it has its scores. */
export const answerParams = {
  calibration: z.enum(calibrationMethods).default('temperature').meta({
    title: 'Calibration',
    description:
      'Makes a stated confidence of 0.8 right in 80 % of cases, fitted out of fold. Temperature keeps every answer; sigmoid bends each class; isotonic follows any rising curve and needs 1,000 rows or more.',
    example: 'temperature',
  }),
  threshold: z
    .enum(['half', ...thresholdGoals])
    .default('half')
    .meta({
      title: 'Threshold',
      description:
        'From which probability the positive one of two classes is answered: one half, or what is best out of fold for F1, balanced accuracy, or cost.',
      example: 'half',
    }),
  positive: z.string().default('').meta({
    title: 'Positive class',
    description: 'The class that the threshold is about; the rarer one when empty.',
    example: 'spam',
    when: ownThreshold,
  }),
  costFalsePositive: z
    .number()
    .positive()
    .max(1e9)
    .default(1)
    .meta({
      title: 'Cost of a false alarm',
      description: 'Of a row that is called positive and is not.',
      example: '1',
      when: { param: 'threshold', is: ['cost'] },
    }),
  costFalseNegative: z
    .number()
    .positive()
    .max(1e9)
    .default(1)
    .meta({
      title: 'Cost of a miss',
      description: 'Of a positive row that is not called so.',
      example: '10',
      when: { param: 'threshold', is: ['cost'] },
    }),
}

type AnswerParams = z.output<z.ZodObject<typeof answerParams>>

/** What a Learn stage of a classifier trains with; what is left of its params are those of its estimator. */
export function splitParams<P extends AnswerParams & { target: string }>(params: P) {
  const { target, calibration, threshold: by, positive, costFalsePositive, costFalseNegative, ...estimator } = params
  const threshold: ThresholdChoice | undefined = by === 'half' ? undefined : { by, positive, costFalsePositive, costFalseNegative }
  return { target, calibration, threshold, estimator }
}

/** Version 1 could calibrate by temperature, or not. */
export const migrateCalibrate = ({ calibrate, ...params }: Record<string, unknown>): Record<string, unknown> =>
  calibrate === undefined ? params : { ...params, calibration: calibrate === false ? 'none' : 'temperature' }

export const learnPorts = {
  inputs: { train: { kind: 'table', label: 'Train' } },
  outputs: { model: { kind: 'model', label: 'Model' }, report: { kind: 'report', label: 'Training report' } },
} as const

export const checkTarget = ({ target }: { target: string }, { train }: Record<string, readonly Column[] | undefined>) =>
  checkColumn('target', target, train, { what: 'the target column', types: answerTypes })

export const checkNumberTarget = ({ target }: { target: string }, { train }: Record<string, readonly Column[] | undefined>) =>
  checkColumn('target', target, train, { what: 'the target column', types: numberTypes })

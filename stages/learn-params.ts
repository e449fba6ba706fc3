import { z } from 'zod'
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

export const calibrate = z.boolean().default(true).meta({
  title: 'Calibrate',
  description: 'Makes a stated confidence of 0.8 right in 80 % of cases, fitted out of fold.',
  example: 'on',
})

export const learnPorts = {
  inputs: { train: { kind: 'table', label: 'Train' } },
  outputs: { model: { kind: 'model', label: 'Model' }, report: { kind: 'report', label: 'Training report' } },
} as const

export const checkTarget = ({ target }: { target: string }, { train }: Record<string, readonly Column[] | undefined>) =>
  checkColumn('target', target, train, { what: 'the target column', types: answerTypes })

export const checkNumberTarget = ({ target }: { target: string }, { train }: Record<string, readonly Column[] | undefined>) =>
  checkColumn('target', target, train, { what: 'the target column', types: numberTypes })

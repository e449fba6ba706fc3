import { z } from 'zod'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'
import { judgedTarget } from '../judged-target'

const groupTypes = ['text', 'number', 'integer', 'boolean'] as const

/** Compares how often a class is given to the groups of people, rightly and wrongly. */
export const fairness = defineStage({
  type: 'fairness',
  version: 1,
  title: 'Fairness',
  summary: 'Compares how often groups of people get the class that matters to them',
  category: 'validate',
  icon: 'users-round',
  keywords: ['bias', 'demographic parity', 'equalised odds', 'four fifths', 'disparate impact', 'selection rate', 'discrimination'],
  params: z.object({
    target: judgedTarget,
    selects: z.string().max(200).default('').meta({
      title: 'Class that matters',
      description: 'What people want or fear; a row that is predicted so counts as selected.',
      example: 'granted',
    }),
    group: z
      .string()
      .default('')
      .meta({
        title: 'Group column',
        description: 'Who belongs together; numbers, such as an age, make up to five ranges.',
        example: 'gender',
        control: 'column',
        of: 'predictions',
        types: [...groupTypes],
      }),
  }),
  inputs: { predictions: { kind: 'table', label: 'Predictions' } },
  outputs: { report: { kind: 'report', label: 'Fairness' } },
  describe: ({ group, selects }) => `${selects || 'no class yet'} by ${group || 'no column yet'}`,
  check: ({ target, group, selects }, { predictions }) => [
    ...checkColumn('target', target, predictions, { what: 'the column with the right answers' }),
    ...checkColumn('group', group, predictions, { what: 'the group column', types: groupTypes }),
    ...(selects === '' ? [{ param: 'selects', message: 'Name the class that matters, for example granted.' }] : []),
  ],
})

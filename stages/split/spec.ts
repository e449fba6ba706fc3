import { z } from 'zod'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'

/** Cuts a table into rows to train on, rows to test on, and, when asked for, rows to choose settings on. */
export const split = defineStage({
  type: 'split',
  version: 1,
  title: 'Split',
  summary: 'Cuts the rows into train, test and, if you like, validation',
  category: 'features',
  icon: 'split',
  keywords: ['train', 'test', 'validation', 'holdout', 'stratified', 'time', 'group'],
  params: z.object({
    method: z.enum(['stratified', 'random', 'time', 'group']).default('stratified').meta({
      title: 'Method',
      description: 'Stratified keeps the share of each class; time tests on the latest rows; group keeps rows of one group together.',
      example: 'stratified',
    }),
    label: z
      .string()
      .default('')
      .meta({
        title: 'Label column',
        description: 'Each part gets the same share of each of its values.',
        example: 'label',
        control: 'column',
        when: { param: 'method', is: ['stratified'] },
      }),
    time: z
      .string()
      .default('')
      .meta({
        title: 'Time column',
        description: 'Train on the earliest rows, test on the latest. Rows without a value count as the earliest.',
        example: 'received_at',
        control: 'column',
        types: ['timestamp', 'number', 'integer'],
        when: { param: 'method', is: ['time'] },
      }),
    group: z
      .string()
      .default('')
      .meta({
        title: 'Group column',
        description: 'All rows with the same value go to the same part, for example all mail of one customer.',
        example: 'customer_id',
        control: 'column',
        when: { param: 'method', is: ['group'] },
      }),
    test: z.number().gt(0).lt(1).default(0.2).meta({
      title: 'Test share',
      description: 'Rows kept away from training to measure the model on.',
      example: '0.2',
      control: 'slider',
    }),
    validation: z.number().min(0).lt(1).default(0).meta({
      title: 'Validation share',
      description: 'Rows to choose settings and thresholds on; 0 for none.',
      example: '0.1',
      control: 'slider',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: {
    train: { kind: 'table', label: 'Train' },
    test: { kind: 'table', label: 'Test' },
    validation: { kind: 'table', label: 'Validation', optional: true },
  },
  describe: ({ method, label, time, group, test, validation }) => {
    const shares = [1 - test - validation, validation, test].filter((share) => share > 0).map((share) => Math.round(share * 100))
    const by = { stratified: label && ` by ${label}`, random: ' at random', time: time && ` by ${time}`, group: group && ` by ${group}` }[
      method
    ]
    return `${shares.join(' / ')}${by}`
  },
  columns: (_, { table }) => ({ train: table, test: table, validation: table }),
  check: ({ method, label, time, group, test, validation }, { table }) => [
    ...(method === 'stratified' ? checkColumn('label', label, table, { what: 'the label column whose shares to keep' }) : []),
    ...(method === 'time' ? checkColumn('time', time, table, { what: 'the time column', types: ['timestamp', 'number', 'integer'] }) : []),
    ...(method === 'group' ? checkColumn('group', group, table, { what: 'the group column' }) : []),
    ...(test + validation >= 1
      ? [{ param: 'validation', message: 'Test and validation together leave nothing to train on; they must sum to less than 1.' }]
      : []),
  ],
})

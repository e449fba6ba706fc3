import { z } from 'zod'

/**
 * How a search goes: which settings are tried, on what, and when it ends. Flat, as the form of a stage wants it.
 * The metric is named as in reports (`macro F1`, `log-loss`, `RMSE`).
 */
export const searchSettingsSchema = z.object({
  method: z.enum(['grid', 'random', 'halving', 'tpe']).default('tpe').meta({
    title: 'Method',
    description: 'TPE learns from the trials so far; halving tries many on little data and keeps the best; random and grid do not learn.',
    example: 'tpe',
  }),
  trials: z.int().min(1).max(10_000).default(50).meta({
    title: 'Trials',
    description: 'Settings to try. May be raised later: the search then goes on where it stopped.',
    example: '50',
  }),
  minutes: z.number().positive().max(10_080).nullable().default(null).meta({
    title: 'At most',
    description: 'No trial begins after so long. Empty: until all trials are done.',
    example: '30',
    unit: 'minutes',
  }),
  metric: z
    .string()
    .min(1)
    .default('macro F1')
    .meta({ title: 'Metric', description: 'What the trials are compared by.', example: 'macro F1' }),
  direction: z.enum(['maximise', 'minimise']).default('maximise').meta({
    title: 'Better is',
    description: 'Maximise scores, minimise losses and errors.',
    example: 'maximise',
  }),
  strategy: z.enum(['k-fold', 'stratified', 'grouped', 'repeated', 'time']).default('stratified').meta({
    title: 'Folds',
    description: 'How rows are dealt into folds. Grouped keeps the rows of one group together; time tests on later rows only.',
    example: 'stratified',
  }),
  folds: z.int().min(2).max(20).default(5).meta({
    title: 'Number of folds',
    description: 'Each trial is trained and tested so many times.',
    example: '5',
  }),
  repeats: z
    .int()
    .min(2)
    .max(20)
    .default(2)
    .meta({
      title: 'Repeats',
      description: 'Deals all folds anew so many times: steadier figures, longer waits.',
      example: '2',
      when: { param: 'strategy', is: ['repeated'] },
    }),
  foldColumn: z
    .string()
    .default('')
    .meta({
      title: 'Group or time column',
      description: 'The group that a row belongs to, or its time.',
      example: 'customer',
      control: 'column',
      when: { param: 'strategy', is: ['grouped', 'time'] },
    }),
  gridPoints: z
    .int()
    .min(2)
    .max(100)
    .default(5)
    .meta({
      title: 'Points per number',
      description: 'So many values of each number that varies.',
      example: '5',
      when: { param: 'method', is: ['grid'] },
    }),
  inOrder: z
    .boolean()
    .default(false)
    .meta({
      title: 'In order',
      description: 'Tries the points of a grid in their order, first to last, where they stand in the order of their promise.',
      example: 'off',
      when: { param: 'method', is: ['grid'] },
    }),
  resource: z
    .enum(['rows', 'folds'])
    .default('rows')
    .meta({
      title: 'Begin with fewer',
      description: 'What the first round saves on: training rows, or folds.',
      example: 'rows',
      when: { param: 'method', is: ['halving'] },
    }),
  keepOneIn: z
    .int()
    .min(2)
    .max(10)
    .default(3)
    .meta({
      title: 'Keep one in',
      description: 'Share of the trials that goes on to the next round, which is so many times larger.',
      example: '3',
      when: { param: 'method', is: ['halving'] },
    }),
  smallestShare: z
    .number()
    .min(0.001)
    .max(1)
    .default(0.1)
    .meta({
      title: 'Smallest share',
      description: 'Share of the rows or folds that the first round may go down to.',
      example: '0.1',
      when: { param: 'method', is: ['halving'] },
    }),
  startup: z
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .meta({
      title: 'Random at first',
      description: 'Trials before TPE begins to learn.',
      example: '10',
      advanced: true,
      when: { param: 'method', is: ['tpe'] },
    }),
  stopBadTrials: z.boolean().default(true).meta({
    title: 'Stop bad trials early',
    description: 'Leaves out the remaining folds of a trial that is worse than the median of the others so far.',
    example: 'on',
  }),
  parallel: z.int().min(1).max(64).default(1).meta({
    title: 'At the same time',
    description: 'Trials that run at once. A trial then learns only from those at least so many before it, so that timing changes nothing.',
    example: '1',
    advanced: true,
  }),
  seed: z.int().min(0).max(4_294_967_295).default(1).meta({
    title: 'Seed',
    description: 'The same seed tries the same settings.',
    example: '1',
    advanced: true,
  }),
})
export type SearchSettings = z.output<typeof searchSettingsSchema>
export type Direction = SearchSettings['direction']

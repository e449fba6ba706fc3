import { z } from 'zod'
import { selectionStepSchema } from '#core/ports/plan'
import { checkColumn } from '../column-checks'
import { defineStage } from '../define'

/** Adds an unfitted step to the table's plan that keeps some of all features before it. */
export const featureSelection = defineStage({
  type: 'feature-selection',
  version: 2,
  title: 'Feature selection',
  summary: 'Keeps the features that say most about the target',
  category: 'features',
  icon: 'list-filter',
  keywords: ['k best', 'chi-square', 'mutual information', 'f-test', 'anova', 'variance', 'reduce'],
  params: z.object({
    method: selectionStepSchema.shape.method.default('mutual-information').meta({
      title: 'Measure',
      description:
        'Mutual information: for classes, finds any relation. Chi-square: for counts and yes-or-no features. F-test: for classes or numbers, straight relations. Variance: looks at no target.',
      example: 'mutual-information',
    }),
    keep: z.int().min(1).max(1_000_000).default(1_000).meta({
      title: 'Keep at most',
      description: 'The features with the best scores, of all feature stages before this one. Chosen on training rows only.',
      example: '500',
      unit: 'features',
    }),
    above: z.number().min(0).default(0).meta({
      title: 'Score above',
      description: 'Features with this score or a lower one are left out; 0 leaves out those that say nothing.',
      example: '0',
      advanced: true,
    }),
    against: z.string().default('').meta({
      title: 'Show against',
      description: 'The column with the right answers, to see on a sample what is kept. Training always scores by its own target.',
      example: 'label',
      control: 'column',
    }),
  }),
  inputs: { table: { kind: 'table', label: 'Table' } },
  outputs: { table: { kind: 'table', label: 'Table with plan' }, report: { kind: 'report', label: 'What it makes', optional: true } },
  check: ({ against }, { table }) =>
    against === '' ? [] : checkColumn('against', against, table, { what: 'the column to show scores against' }),
  describe: ({ method, keep, above }) =>
    `the best ${keep.toLocaleString('en')} by ${method.replace('-', ' ')}${above > 0 ? `, above ${above}` : ''}`,
})

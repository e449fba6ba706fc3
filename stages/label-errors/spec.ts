import { z } from 'zod'
import { defineStage } from '../define'

/** Trains the model's recipe on folds of its own training table, and lists the rows whose label the others contradict. */
export const labelErrors = defineStage({
  type: 'label-errors',
  version: 2,
  title: 'Label errors',
  summary: 'Finds training rows whose label is probably wrong',
  category: 'validate',
  icon: 'search-x',
  keywords: ['confident learning', 'noisy labels', 'mislabelled', 'cleanlab', 'wrong answers', 'annotation', 'data quality'],
  params: z.object({
    folds: z.int().min(2).max(20).default(5).meta({
      title: 'Folds',
      description: 'Each row is judged by a model that was trained without its fold.',
      example: '5',
      control: 'slider',
    }),
    least: z.number().min(0).max(1).default(0).meta({
      title: 'Least margin',
      description: 'How much likelier another class must be than the label; more finds fewer rows, and surer ones.',
      example: '0.3',
      control: 'slider',
    }),
  }),
  inputs: { model: { kind: 'model', label: 'Model' } },
  outputs: {
    report: { kind: 'report', label: 'Label errors' },
    suspects: { kind: 'table', label: 'Likely errors' },
    kept: { kind: 'table', label: 'All other rows' },
  },
  describe: ({ folds, least }) => `${folds} folds${least > 0 ? `, margin at least ${least}` : ''}`,
  columns: () => ({ suspects: undefined, kept: undefined }),
})

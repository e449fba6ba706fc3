import { z } from 'zod'
import { defineStage } from '../define'

/** What a loss of quality may be measured in; the first of a task is the automatic one. */
export const explainMetrics = ['automatic', 'accuracy', 'macro F1', 'log-loss', 'R2', 'MAE', 'RMSE'] as const

/** Which rows are explained one by one. */
export const exampleChoices = ['worst mistakes', 'even steps'] as const

/** Shows what a model goes by: which of its columns matter, and what it answers as they change. */
export const explain = defineStage({
  type: 'explain',
  version: 2,
  title: 'Explain',
  summary: 'Shows which columns a model goes by, what it answers as they change, and why it answered single rows as it did',
  category: 'validate',
  icon: 'lightbulb',
  keywords: [
    'permutation importance',
    'partial dependence',
    'feature importance',
    'shap',
    'similar rows',
    'interpretability',
    'xai',
    'why',
  ],
  params: z.object({
    metric: z.enum(explainMetrics).default('automatic').meta({
      title: 'Metric',
      description: 'How much worse it gets without a column; automatic is accuracy, or R2 of numbers.',
      example: 'log-loss',
    }),
    repeats: z.int().min(2).max(50).default(5).meta({
      title: 'Repeats',
      description: 'How often each column is shuffled; more give narrower intervals.',
      example: '5',
      control: 'slider',
    }),
    curves: z.int().min(0).max(12).default(4).meta({
      title: 'Columns with curves',
      description: 'For how many of the most important columns to show what is answered by their values.',
      example: '4',
      control: 'slider',
    }),
    examples: z.int().min(0).max(20).default(5).meta({
      title: 'Rows explained',
      description: 'For how many single rows to show what each column added, and the training rows most like them.',
      example: '5',
      control: 'slider',
    }),
    chosen: z.enum(exampleChoices).default('worst mistakes').meta({
      title: 'Which rows',
      description: 'Those that the model got most wrong, or some at even steps of the table.',
      example: 'worst mistakes',
    }),
    rows: z.int().min(10).max(20_000).default(1_000).meta({
      title: 'Rows',
      description: 'At most so many rows are asked about, taken evenly; it takes time for each.',
      example: '1000',
      advanced: true,
    }),
  }),
  inputs: { model: { kind: 'model', label: 'Model' }, table: { kind: 'table', label: 'Rows with answers' } },
  outputs: { report: { kind: 'report', label: 'Explanation' } },
  describe: ({ metric, repeats, curves, examples }) =>
    `importance by ${metric === 'automatic' ? 'accuracy or R2' : metric}, ${repeats} repeats${curves > 0 ? `, ${curves} curves` : ''}${examples > 0 ? `, ${examples} rows` : ''}`,
})

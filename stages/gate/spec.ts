import { z } from 'zod'
import { defineStage } from '../define'

/** What may be asked of a report; those with `[class]` need one in the brackets. */
export const gateMetrics = [
  'accuracy',
  'macro F1',
  'macro precision',
  'macro recall',
  'precision[class]',
  'recall[class]',
  'F1[class]',
  'false positive rate[class]',
  'ROC-AUC',
  'average precision',
  'log-loss',
  'ECE',
  'R2',
  'MAE',
  'RMSE',
  'median absolute error',
  'MAPE',
  'rows',
  'lowest slice accuracy',
  'largest slice gap',
  'highest slice MAE',
  'selection ratio',
  'selection rate difference',
  'true positive rate difference',
  'false positive rate difference',
  'equalised odds difference',
  'difference',
  'p',
  'NDCG',
  'recall',
  'precision',
  'MRR',
  'hit rate',
  'coverage',
  'likely label errors',
  'estimated label errors',
] as const

/** One threshold: `recall[spam] >= 0.9`. Metric names are the figure names of reports. */
export const gateCheckSchema = z.object({
  metric: z.string().min(1).meta({
    title: 'Metric',
    description: 'A figure of the report; a class goes in brackets.',
    example: 'recall[spam]',
    suggest: gateMetrics,
  }),
  operator: z.enum(['>=', '<=']).meta({ title: 'Must be', example: '>=' }),
  limit: z.number().meta({ title: 'Limit', example: '0.9' }),
})
export type GateCheck = z.output<typeof gateCheckSchema>

/** Lets a model pass only when its report meets every threshold; otherwise the run stops here with a sentence. */
export const gate = defineStage({
  type: 'gate',
  version: 1,
  title: 'Gate',
  summary: 'Stops the line when a metric misses its threshold',
  category: 'validate',
  icon: 'shield-check',
  keywords: ['threshold', 'quality', 'limit', 'block', 'check'],
  params: z.object({
    checks: z
      .array(gateCheckSchema)
      .default([{ metric: 'accuracy', operator: '>=', limit: 0.9 }])
      .meta({
        title: 'Checks',
        description: 'All must hold.',
        example: 'recall[spam] >= 0.9',
        control: 'checks',
      }),
  }),
  inputs: {
    report: { kind: 'report', label: 'Report' },
    model: { kind: 'model', label: 'Model', optional: true },
  },
  outputs: {
    model: { kind: 'model', label: 'Model that passed', optional: true },
    report: { kind: 'report', label: 'Verdict' },
  },
  describe: ({ checks }) => checks.map((c) => `${c.metric} ${c.operator} ${c.limit}`).join(', ') || 'no checks yet',
  check: ({ checks }) => [
    ...(checks.length === 0 ? [{ param: 'checks', message: 'Add at least one check, for example accuracy >= 0.9.' }] : []),
    ...checks.flatMap((check, i) => {
      if (check.metric.includes('[class]')) {
        return [
          { param: `checks.${i}.metric`, message: `Name the class in the brackets, for example ${check.metric.replace('class', 'spam')}.` },
        ]
      }
      const shape = check.metric.replace(/\[.+\]$/, '[class]')
      if ((gateMetrics as readonly string[]).includes(shape)) return []
      return [{ param: `checks.${i}.metric`, message: `There is no metric "${check.metric}"; choose one of ${gateMetrics.join(', ')}.` }]
    }),
  ],
})

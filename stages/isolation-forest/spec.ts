import { z } from 'zod'
import { isolationForest as estimator } from '#core/estimators/isolation-forest'
import { withColumns } from '../column-checks'
import { defineStage } from '../define'
import { checkLeaveOut, leaveOut, nameParam } from '../unlabelled-params'

/** Finds the rows that are unlike the others, and keeps how as a model that says so of any row. */
export const isolationForest = defineStage({
  type: 'isolation-forest',
  version: 1,
  title: 'Isolation forest',
  summary: 'Finds unusual rows, without any right answers; says which columns make them unusual',
  category: 'learn',
  icon: 'scan-search',
  keywords: ['anomaly', 'anomalies', 'outlier', 'outliers', 'fraud', 'unsupervised', 'novelty', 'unusual'],
  params: z.object({
    ...estimator.params.shape,
    name: nameParam(
      'anomaly',
      'Holds "anomaly" or "normal"; the score stands beside it, as anomaly_score. The model’s answers are called the same.',
    ),
    leaveOut,
  }),
  inputs: { train: { kind: 'table', label: 'Rows' } },
  outputs: {
    model: { kind: 'model', label: 'Model' },
    report: { kind: 'report', label: 'Anomalies' },
    table: { kind: 'table', label: 'Rows with scores' },
  },
  describe: ({ contamination, trees }) => `${Number((contamination * 100).toFixed(2))} % expected, ${trees} trees`,
  columns: ({ name }, { train }) => ({
    table:
      train &&
      withColumns(train, [
        { name, type: 'text' },
        { name: `${name}_score`, type: 'number' },
      ]),
  }),
  check: (params, { train }) => checkLeaveOut(params.leaveOut, train),
})

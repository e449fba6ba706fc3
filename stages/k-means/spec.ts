import { z } from 'zod'
import { kMeans as estimator } from '#core/estimators/k-means'
import { withColumns } from '../column-checks'
import { defineStage } from '../define'
import { checkLeaveOut, leaveOut, nameParam } from '../unlabelled-params'

/** Parts the rows into groups of similar ones, and keeps how as a model that says the group of any row. */
export const kMeans = defineStage({
  type: 'k-means',
  version: 1,
  title: 'K-means clusters',
  summary: 'Finds groups of similar rows, without any right answers; says what is typical of each',
  category: 'learn',
  icon: 'chart-scatter',
  keywords: ['clustering', 'segments', 'segmentation', 'unsupervised', 'groups', 'kmeans', 'silhouette', 'topics'],
  params: z.object({
    ...estimator.params.shape,
    name: nameParam('cluster', 'Holds the number of each row’s cluster; 1 is the largest. The model’s answers are called the same.'),
    leaveOut,
  }),
  inputs: { train: { kind: 'table', label: 'Rows' } },
  outputs: {
    model: { kind: 'model', label: 'Model' },
    report: { kind: 'report', label: 'Clusters' },
    table: { kind: 'table', label: 'Rows with clusters' },
  },
  describe: ({ clusters, name }) => `${clusters} clusters, as ${name}`,
  columns: ({ name }, { train }) => ({ table: train && withColumns(train, [{ name, type: 'text' }]) }),
  check: (params, { train }) => checkLeaveOut(params.leaveOut, train),
})

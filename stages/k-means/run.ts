import type { ClustersReport } from '#core/reports/clusters'
import { reportFigures } from '#core/reports/figures'
import { fitUnlabelled } from '#ml/pipeline/fit-unlabelled'
import { describeClusters } from '#ml/unlabelled/describe-clusters'
import { defineRun } from '../define'
import { rowWords } from '../row-words'
import { trainPipeline } from '../train-model'
import { refuseGone } from '../unlabelled-params'
import { kMeans } from './spec'

export const run = defineRun(kMeans, async ({ params: { name, leaveOut, ...params }, inputs: { train }, ctx }) => {
  refuseGone(leaveOut, train.columns)
  const { model, training, pipeline, columns } = await trainPipeline(
    { table: train, target: name, leaveOut, estimator: { kind: 'k-means', ...params }, calibration: 'none' },
    fitUnlabelled,
    ctx,
  )
  const { classes, found, signature } = pipeline
  const described = await describeClusters(pipeline, rowWords(columns, signature.inputs), { seed: ctx.seed, signal: ctx.signal })
  const table = await ctx.tables.replace(train.artifact, [
    { column: { name, type: 'text' }, values: Array.from(found.labels, (label) => classes[label] ?? '') },
  ])
  const { rows, terms, parity, notes } = training
  const report: ClustersReport = { report: 'clusters', rows, terms, ...described, parity, table: table.artifact, notes }
  ctx.figure(
    described.silhouette
      ? { value: described.silhouette.value.toFixed(3), label: 'silhouette' }
      : { value: params.clusters, label: 'clusters' },
  )
  return {
    model,
    report: await ctx.report('Clusters', report, reportFigures(report)),
    table: { kind: 'table', ...table, plan: train.plan },
  }
})

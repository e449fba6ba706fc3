import type { AnomaliesReport } from '#core/reports/anomalies'
import { reportFigures } from '#core/reports/figures'
import { fitUnlabelled } from '#ml/pipeline/fit-unlabelled'
import { describeAnomalies } from '#ml/unlabelled/describe-anomalies'
import { defineRun } from '../define'
import { rowWords } from '../row-words'
import { trainPipeline } from '../train-model'
import { refuseGone } from '../unlabelled-params'
import { isolationForest } from './spec'

export const run = defineRun(isolationForest, async ({ params: { name, leaveOut, ...params }, inputs: { train }, ctx }) => {
  refuseGone(leaveOut, train.columns)
  const { model, training, pipeline, columns } = await trainPipeline(
    { table: train, target: name, leaveOut, estimator: { kind: 'isolation-forest', ...params }, calibration: 'none' },
    fitUnlabelled,
    ctx,
  )
  const { classes, found, signature } = pipeline
  const described = await describeAnomalies(pipeline, columns, rowWords(columns, signature.inputs), ctx.signal)
  const table = await ctx.tables.replace(train.artifact, [
    { column: { name, type: 'text' }, values: Array.from(found.labels, (label) => classes[label] ?? '') },
    { column: { name: `${name}_score`, type: 'number' }, values: found.probabilities.filter((_, at) => at % 2 === 0) },
  ])
  const { rows, terms, parity, notes } = training
  const report: AnomaliesReport = {
    report: 'anomalies',
    rows,
    terms,
    expected: params.contamination,
    ...described,
    parity,
    table: table.artifact,
    notes,
  }
  ctx.figure({ value: described.called, label: described.called === 1 ? 'anomaly' : 'anomalies' })
  return {
    model,
    report: await ctx.report('Anomalies', report, reportFigures(report)),
    table: { kind: 'table', ...table, plan: train.plan },
  }
})

import { Legend } from '#components/charts/axes'
import { Lines } from '#components/charts/lines'
import { Card } from '#components/ui/card'
import type { AlertRuleView, MonitorView, Quantiles } from '#core/monitor/views'
import { formatCompact, formatShare, formatValue } from '#core/words/format'

type ChartProps = { view: MonitorView; rules: readonly AlertRuleView[]; empty: string }

/** How sure the answers were; of a regressor, which has no confidence, how large they were. */
export function AnswersChart(props: ChartProps) {
  return props.view.task === 'regression' ? <ValuesChart {...props} /> : <ConfidenceChart {...props} />
}

const middlesOf = (view: MonitorView) => view.buckets.map((bucket) => bucket.start.getTime() + view.stepMs / 2)

function ConfidenceChart({ view, rules, empty }: ChartProps) {
  const read = (pick: (one: MonitorView['total']) => number | null) => view.buckets.map((bucket) => pick(bucket.summary))
  const low = rules.find((rule) => rule.enabled && rule.operator === '>' && rule.figure === 'lowConfidence')?.limit
  const training = view.compared?.meanConfidence ?? null
  return (
    <Card
      title="Confidence"
      end={
        <Legend
          items={[
            { name: 'mean, p10 to p90', colour: 'var(--series-1)' },
            ...(training !== null ? [{ name: 'training', colour: 'var(--chart-ref)', shape: 'dash' } as const] : []),
          ]}
        />
      }
    >
      <Lines
        label={`Mean confidence with its 10th to 90th percentile, and the share below ${view.deployment.lowConfidence}`}
        empty={empty}
        input={{
          x: middlesOf(view),
          xKind: 'time',
          domain: [view.from.getTime(), view.to.getTime()],
          series: [{ name: 'mean', colour: 'var(--series-1)', values: read((one) => one.meanConfidence) }],
          bands: [
            {
              name: 'p10 to p90',
              colour: 'var(--series-1)',
              low: read((one) => one.confidenceP10),
              high: read((one) => one.confidenceP90),
            },
          ],
          reference: training === null ? undefined : { name: 'training', value: training },
          strip: {
            name: 'low confidence',
            values: read((one) => one.lowConfidence),
            isOver: (share) => low !== undefined && share > low,
            format: (share) => formatShare(share),
          },
          yFrom: 1,
          yTo: 1,
          format: (value) => value.toFixed(3),
          formatTick: (value) => value.toFixed(1),
        }}
      />
    </Card>
  )
}

/** Numbers of the version that is compared with its training: bins of one version mean nothing to another. */
function ValuesChart({ view, empty }: ChartProps) {
  const read = (pick: (one: Quantiles) => number) => view.buckets.map(({ values }) => (values ? pick(values) : null))
  const training = view.compared?.values?.p50
  return (
    <Card
      title="Predicted number"
      note={view.compared ? `v${view.compared.number}` : undefined}
      end={
        <Legend
          items={[
            { name: 'median, p10 to p90', colour: 'var(--series-1)' },
            ...(training === undefined ? [] : [{ name: 'training', colour: 'var(--chart-ref)', shape: 'dash' } as const]),
          ]}
        />
      }
    >
      <Lines
        label="Median of the predicted numbers with their 10th to 90th percentile"
        empty={empty}
        input={{
          x: middlesOf(view),
          xKind: 'time',
          domain: [view.from.getTime(), view.to.getTime()],
          series: [{ name: 'median', colour: 'var(--series-1)', values: read((one) => one.p50) }],
          bands: [{ name: 'p10 to p90', colour: 'var(--series-1)', low: read((one) => one.p10), high: read((one) => one.p90) }],
          reference: training === undefined ? undefined : { name: 'training', value: training },
          // the axis begins at what was seen
          yFrom: training ?? 0,
          format: formatValue,
          formatTick: formatCompact,
        }}
      />
    </Card>
  )
}

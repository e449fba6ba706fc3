import { Legend } from '#components/charts/axes'
import { Bars } from '#components/charts/bars'
import { Lines } from '#components/charts/lines'
import { lookColour } from '#components/charts/prepare-bars.ts'
import { Card } from '#components/ui/card'
import type { AlertRuleView, MonitorView } from '#core/monitor/views'
import { AnswersChart } from './answers-chart'
import { msWords } from './figure-words.ts'

/** Requests and errors, latency, and what was answered: three charts on one clock. */
export function TrafficCharts({ view, rules, empty }: { view: MonitorView; rules: readonly AlertRuleView[]; empty: string }) {
  const domain = [view.from.getTime(), view.to.getTime()] as const
  const middles = view.buckets.map((bucket) => bucket.start.getTime() + view.stepMs / 2)
  const limitOf = (figure: string) => rules.find((rule) => rule.enabled && rule.operator === '>' && rule.figure === figure)?.limit
  const p99 = limitOf('latencyP99')
  const seconds = view.stepMs / 1000
  const perSecond = view.total.requests / ((domain[1] - domain[0]) / 1000) >= 0.5
  const scale = perSecond ? 1 / seconds : 60 / seconds
  const read = (pick: (one: MonitorView['total']) => number | null) => view.buckets.map((bucket) => pick(bucket.summary))
  return (
    <div className="grid mt-3" style={{ gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' }}>
      <Card
        title="Requests and errors"
        note={perSecond ? 'per second' : 'per minute'}
        end={
          <Legend
            items={[
              { name: 'requests', colour: lookColour.amount, shape: 'square' },
              ...(view.testRequests > 0 ? [{ name: 'test', colour: lookColour.test, shape: 'square' } as const] : []),
              { name: 'errors', colour: lookColour.bad, shape: 'square' },
            ]}
          />
        }
      >
        <Bars
          label={`Requests and errors ${perSecond ? 'per second' : 'per minute'}: ${view.total.requests} requests and ${view.total.errors} errors in all`}
          empty={empty}
          input={{
            starts: view.buckets.map((bucket) => bucket.start.getTime()),
            stepMs: view.stepMs,
            domain,
            layers: [
              {
                name: 'requests',
                look: 'amount',
                values: view.buckets.map((bucket) => (bucket.summary.requests - bucket.testRequests) * scale),
              },
              ...(view.testRequests > 0
                ? [{ name: 'test traffic', look: 'test', values: view.buckets.map((bucket) => bucket.testRequests * scale) } as const]
                : []),
              { name: 'errors', look: 'bad', values: view.buckets.map((bucket) => bucket.summary.errors * scale) },
            ],
            format: (value) => (value >= 10 ? value.toFixed(0) : String(Math.round(value * 100) / 100)),
          }}
        />
      </Card>
      <Card title="Latency" note="ms">
        <Lines
          label={
            view.total.latencyP99 === null
              ? 'Latency percentiles'
              : `Latency percentiles in milliseconds, p99 ${msWords(view.total.latencyP99)} over the range`
          }
          empty={empty}
          input={{
            x: middles,
            xKind: 'time',
            domain,
            series: [
              { name: 'p99', colour: 'var(--series-1)', opacity: 0.5, isNamed: true, values: read((one) => one.latencyP99) },
              { name: 'p95', colour: 'var(--series-1)', opacity: 0.75, isNamed: true, values: read((one) => one.latencyP95) },
              { name: 'p50', colour: 'var(--series-1)', isNamed: true, values: read((one) => one.latencyP50) },
            ],
            limit: p99 === undefined ? undefined : { name: `limit for p99, ${msWords(p99)}`, value: p99 },
            format: (ms) => `${msWords(ms)} ms`,
            formatTick: (ms) => String(Math.round(ms * 10) / 10),
          }}
        />
      </Card>
      <AnswersChart view={view} rules={rules} empty={empty} />
    </div>
  )
}

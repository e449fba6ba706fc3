import { FigureTile } from '#components/charts/figure-tile'
import { Sparkline } from '#components/charts/sparkline'
import { StatusIcon } from '#components/ui/status'
import { predictionName, quantileOfBins } from '#core/monitor/bins'
import type { AlertRuleView, MonitorView } from '#core/monitor/views'
import { formatNumber, formatShare, formatValue } from '#core/words/format'
import { measureWords, valueWords } from './drift-words.ts'
import { msWords, rateWords } from './figure-words.ts'

/** The answer to "is it well?": six figures with their course, and what they were before or in training. */
export function MonitorTiles({ view, rules }: { view: MonitorView; rules: readonly AlertRuleView[] }) {
  const { total, before, buckets, drift, driftMap } = view
  const spanMs = view.to.getTime() - view.from.getTime()
  const course = (read: (one: MonitorView['total']) => number | null) => buckets.map((bucket) => read(bucket.summary))
  const drifted = drift.filter((one) => one.state === 'drifted').length
  const judged = drift.filter((one) => one.state !== 'not-enough-data').length
  const rate = rateWords(total.requests, spanMs)
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(6, minmax(0, 1fr))' }}>
      <FigureTile
        label="Requests"
        value={rate.value}
        unit={rate.unit}
        beside={<Sparkline values={course((one) => one.requests)} />}
        sub={
          before.requests === 0
            ? 'none just before'
            : `${rateWords(before.requests, spanMs).value} ${rateWords(before.requests, spanMs).unit} just before`
        }
      />
      <FigureTile
        label={<Named name="Errors" firing={isFiring(rules, 'errorRate')} />}
        value={total.errorRate === null ? '–' : (total.errorRate * 100).toFixed(2)}
        unit="%"
        beside={<Sparkline values={course((one) => one.errorRate)} />}
        sub={limitOf(rules, 'errorRate', (limit) => formatShare(limit)) ?? `${formatNumber(total.clientErrors)} refused with 4xx`}
      />
      <FigureTile
        label={<Named name="Latency p99" firing={isFiring(rules, 'latencyP99')} />}
        value={total.latencyP99 === null ? '–' : msWords(total.latencyP99)}
        unit="ms"
        beside={<Sparkline values={course((one) => one.latencyP99)} />}
        sub={
          limitOf(rules, 'latencyP99', (limit) => `${msWords(limit)} ms`) ??
          (total.latencyP50 === null ? 'no requests' : `p50 ${msWords(total.latencyP50)} ms`)
        }
      />
      {view.task === 'regression' ? <ValueTiles view={view} rules={rules} /> : <ConfidenceTiles view={view} rules={rules} />}
      <FigureTile
        label={<Named name="Drifted columns" firing={drifted > 0} />}
        value={judged === 0 ? '–' : String(drifted)}
        unit={judged === 0 ? 'not enough data' : `of ${judged}`}
        beside={<Sparkline kind="bars" values={driftMap.map((bucket) => bucket.cells.filter((cell) => cell.state === 'drifted').length)} />}
        sub={drift.length > judged ? `${drift.length - judged} without enough data` : 'predictions included'}
      />
    </div>
  )
}

type TilesProps = { view: MonitorView; rules: readonly AlertRuleView[] }

function ConfidenceTiles({ view, rules }: TilesProps) {
  const { total, buckets } = view
  const training = view.compared?.meanConfidence
  const course = (read: (one: MonitorView['total']) => number | null) => buckets.map((bucket) => read(bucket.summary))
  return (
    <>
      <FigureTile
        label={<Named name="Mean confidence" firing={isFiring(rules, 'meanConfidence')} />}
        value={total.meanConfidence === null ? '–' : total.meanConfidence.toFixed(3)}
        beside={<Sparkline values={course((one) => one.meanConfidence)} />}
        sub={training == null ? 'no training reference' : `training ${training.toFixed(3)}`}
      />
      <FigureTile
        label={<Named name="Low confidence" firing={isFiring(rules, 'lowConfidence')} />}
        value={total.lowConfidence === null ? '–' : (total.lowConfidence * 100).toFixed(1)}
        unit="%"
        beside={<Sparkline values={course((one) => one.lowConfidence)} />}
        sub={limitOf(rules, 'lowConfidence', (limit) => formatShare(limit)) ?? `below ${view.deployment.lowConfidence.toFixed(2)}`}
      />
    </>
  )
}

/** A regressor has no confidence; what can be seen is how large its numbers are, and whether they are as in training. */
function ValueTiles({ view, rules }: TilesProps) {
  const prediction = view.drift.find((one) => one.name === predictionName)
  const median = prediction && 'edges' in prediction.bins ? quantileOfBins(prediction.bins.edges, prediction.current.counts, 0.5) : null
  const training = view.compared?.values?.p50
  return (
    <>
      <FigureTile
        label="Median prediction"
        value={median === null ? '–' : formatValue(median)}
        beside={<Sparkline values={view.buckets.map((bucket) => bucket.values?.p50 ?? null)} />}
        sub={training === undefined ? 'no training reference' : `training ${formatValue(training)}`}
      />
      <FigureTile
        label={<Named name="Drift of predictions" firing={isFiring(rules, `drift:${predictionName}`)} />}
        value={prediction === undefined || prediction.state === 'not-enough-data' ? '–' : valueWords(prediction)}
        unit={prediction === undefined || prediction.state === 'not-enough-data' ? 'not enough data' : measureWords(prediction)}
        sub="numbers have no confidence to watch"
      />
    </>
  )
}

function isFiring(rules: readonly AlertRuleView[], figure: string): boolean {
  return rules.some((rule) => rule.figure === figure && rule.status === 'firing')
}

function Named({ name, firing }: { name: string; firing: boolean }) {
  return (
    <>
      {firing ? <StatusIcon status="failed" label="beyond its limit" /> : null}
      {name}
    </>
  )
}

function limitOf(rules: readonly AlertRuleView[], figure: string, format: (limit: number) => string): string | null {
  const rule = rules.find((one) => one.enabled && one.figure === figure)
  return rule ? `limit ${format(rule.limit)}` : null
}

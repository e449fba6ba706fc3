import { ScrollX } from '#components/ui/scroll-x'
import { StatusIcon } from '#components/ui/status'
import { formatFigure, formatNumber } from '#core/words/format'
import type { ReleaseDiff } from '#server/releases/views'

type MetricRow = ReleaseDiff['metrics'][number]
type FactRow = ReleaseDiff['params'][number]

const metricsShown = 12

/** What speaks for and against the candidate, what fails first. */
export function ReleaseChecks({ diff }: { diff: ReleaseDiff }) {
  const checks = [...diff.checks].sort((a, b) => Number(a.passes) - Number(b.passes))
  return (
    <section>
      <h3 className="med mb-2">Checks</h3>
      <ul className="col gap-1!">
        {diff.problem ? <CheckLine passes={false} sentence={diff.problem} /> : null}
        {checks.map((check) => (
          <CheckLine key={check.sentence} {...check} />
        ))}
      </ul>
    </section>
  )
}

/** Metrics, settings, data and fields of the candidate beside what is live. */
export function ReleaseDifference({ diff }: { diff: ReleaseDiff }) {
  const { live, candidate } = diff
  const metrics = diff.metrics.filter((metric) => metric.candidate !== null || metric.live !== null).slice(0, metricsShown)
  const heads = { live: live ? `v${live.version} live` : 'live', candidate: `v${candidate.version}` }
  return (
    <>
      {metrics.length > 0 ? (
        <section>
          <h3 className="med mb-1">Metrics</h3>
          {diff.sameEvaluation ? (
            <p className={`sm mb-1 ${diff.sameEvaluation.same ? 't2' : 'warn'}`}>{diff.sameEvaluation.sentence}</p>
          ) : null}
          <ScrollX label="Metrics">
            <table>
              <thead>
                <tr>
                  <th>{diff.sameEvaluation?.same ? 'on the same rows' : 'on their own reports'}</th>
                  <th className="num">{heads.live}</th>
                  <th className="num">{heads.candidate}</th>
                  <th className="num">change</th>
                </tr>
              </thead>
              <tbody>
                {metrics.map((metric) => (
                  <tr key={metric.name}>
                    <td>{metric.name}</td>
                    <td className="num t2">{metricWords(metric.live)}</td>
                    <td className="num">{metricWords(metric.candidate)}</td>
                    <td className="num">
                      <Change {...metric} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        </section>
      ) : null}
      {live ? (
        <>
          <Facts title="Settings" rows={diff.params} heads={heads} same="Trained with the same settings." />
          <Facts title="Data" rows={diff.data} heads={heads} same="Trained on the same data." />
          <Facts title="Fields" rows={diff.signature} heads={heads} same="Both read the same fields." />
        </>
      ) : null}
    </>
  )
}

function CheckLine({ passes, sentence }: { passes: boolean; sentence: string }) {
  return (
    <li className="row items-start!">
      <StatusIcon status={passes ? 'done' : 'failed'} label={passes ? 'holds' : 'fails'} className="mt-[3px]" />
      <span className={passes ? 't2' : ''}>{sentence}</span>
    </li>
  )
}

function Change({ live, candidate, verdict }: MetricRow) {
  if (live === null || candidate === null) return <span className="t3">–</span>
  if (verdict === 'same' || live === candidate) return <span className="t3">same</span>
  const difference = candidate - live
  const words = `${difference >= 0 ? '+' : '−'}${metricWords(Math.abs(difference))}`
  return (
    <span className={verdict === 'worse' ? 'bad' : verdict === 'better' ? 'good' : 't2'}>
      {verdict === 'worse' ? `${words} worse` : words}
    </span>
  )
}

function Facts({
  title,
  rows,
  heads,
  same,
}: {
  title: string
  rows: readonly FactRow[]
  heads: { live: string; candidate: string }
  same: string
}) {
  return (
    <section>
      <h3 className="med mb-1">{title}</h3>
      {rows.length === 0 ? (
        <p className="sm t2">{same}</p>
      ) : (
        <ScrollX label={title}>
          <table>
            <thead>
              <tr>
                <th>{title.toLowerCase()}</th>
                <th>{heads.live}</th>
                <th>{heads.candidate}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <td className="mono">{row.name}</td>
                  <td className="t2">{row.live ?? '–'}</td>
                  <td>{row.candidate ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </section>
  )
}

function metricWords(value: number | null): string {
  if (value === null) return '–'
  return Number.isInteger(value) && Math.abs(value) > 1 ? formatNumber(value) : formatFigure(value)
}

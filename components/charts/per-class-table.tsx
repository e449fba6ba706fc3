import { ScrollX } from '#components/ui/scroll-x'
import type { ClassificationReport } from '#core/reports/report'
import { f1Interval, proportionInterval } from '#core/stats/proportion-interval'
import { formatNumber, formatScore } from '#core/words/format'
import { classColour } from './frame.ts'
import { Interval } from './interval'

/** Precision, recall and F1 per class, one against the rest, with 95 % intervals. */
export function PerClassTable({ report }: { report: ClassificationReport }) {
  const rows = report.perClass.map((one) => {
    const hits = Math.round(one.recall * one.rows)
    return { ...one, hits, interval: f1Interval(hits, one.rows, one.predicted) }
  })
  const lowest = Math.min(1, ...rows.flatMap((row) => (row.rows > 0 ? [row.interval?.low ?? row.f1] : [])))
  const from = Math.max(0, Math.floor(lowest * 10) / 10)
  return (
    <ScrollX label="Per class" style={{ maxHeight: 420, overflowY: 'auto' }}>
      <table>
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col" className="num">
              rows
            </th>
            <th scope="col" className="num">
              precision
            </th>
            <th scope="col" className="num">
              recall
            </th>
            <th scope="col" className="num">
              F1
            </th>
            <th scope="col">95 % interval, from {from.toFixed(1)}</th>
            <th scope="col" className="num">
              false positive rate
            </th>
            <th scope="col" className="num">
              ROC-AUC
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={row.name}>
              <td>
                <span className="row">
                  <i className="dot" style={{ background: classColour(i) }} />
                  {row.name}
                </span>
              </td>
              <td className="num">{formatNumber(row.rows)}</td>
              <td className="num" title={intervalWords(row.hits, row.predicted)}>
                {row.predicted === 0 ? '–' : formatScore(row.precision)}
              </td>
              <td className="num" title={intervalWords(row.hits, row.rows)}>
                {row.rows === 0 ? '–' : formatScore(row.recall)}
              </td>
              <td
                className="num semi"
                title={row.interval ? `${formatScore(row.interval.low)} to ${formatScore(row.interval.high)}` : undefined}
              >
                {row.rows === 0 ? '–' : formatScore(row.f1)}
              </td>
              <td>
                {row.rows === 0 ? <span className="t3">no rows</span> : <Interval value={row.f1} bounds={row.interval} from={from} />}
              </td>
              <td className="num">{formatScore(row.falsePositiveRate)}</td>
              <td className="num">{row.rocAuc === null ? '–' : formatScore(row.rocAuc)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

function intervalWords(hits: number, trials: number): string | undefined {
  const interval = proportionInterval(hits, trials)
  return interval ? `${formatScore(interval.low)} to ${formatScore(interval.high)} at 95 %` : undefined
}

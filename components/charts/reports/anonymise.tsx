import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { AnonymiseReport } from '#core/reports/report'
import { formatNumber, formatShare } from '#core/words/format'
import { FigureTile } from '../figure-tile'

/** What personal data was found, by kind and column. */
export function AnonymiseView({ report }: { report: AnonymiseReport }) {
  const total = report.found.reduce((sum, one) => sum + one.count, 0)
  const most = Math.max(1, ...report.found.map((one) => one.count))
  return (
    <div className="col gap-3">
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
        <FigureTile label="Found" value={formatNumber(total)} sub="pieces of personal data" />
        <FigureTile
          label="Rows changed"
          value={formatNumber(report.changedRows)}
          sub={report.rows > 0 ? `${formatShare(report.changedRows / report.rows)} of ${formatNumber(report.rows)}` : 'no rows'}
        />
      </div>
      <Card title="By kind" bodyClassName="p-0">
        {report.found.length === 0 ? (
          <p className="sm t3 p-3 pt-0">No personal data of the chosen kinds was found in the chosen columns.</p>
        ) : (
          <ScrollX label="Personal data by kind">
            <table>
              <thead>
                <tr>
                  <th scope="col">kind</th>
                  <th scope="col">column</th>
                  <th scope="col" className="num">
                    count
                  </th>
                  <th scope="col">
                    <span className="sr">share</span>
                  </th>
                  <th scope="col">example, masked</th>
                </tr>
              </thead>
              <tbody>
                {report.found.map((one) => (
                  <tr key={`${one.pii} ${one.column}`}>
                    <td>{one.pii}</td>
                    <td className="mono">{one.column}</td>
                    <td className="num">{formatNumber(one.count)}</td>
                    <td>
                      <span className="meter" style={{ ['--c' as string]: 'var(--series-1)' }} aria-hidden>
                        <i style={{ width: `${(one.count / most) * 100}%` }} />
                      </span>
                    </td>
                    <td className="mono trunc" style={{ maxWidth: 320 }}>
                      {one.example}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </Card>
    </div>
  )
}

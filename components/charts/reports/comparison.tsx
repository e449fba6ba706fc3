import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { ComparedPair, ComparisonReport } from '#core/reports/comparison'
import { formatNumber, plural } from '#core/words/format'
import { Interval } from '../interval'
import { prepareComparison } from '../prepare-comparison.ts'

/** Which of some models is better on the same rows: their figures, then each pair in a sentence with its evidence. */
export function ComparisonView({ report }: { report: ComparisonReport }) {
  const { models, pairs } = prepareComparison(report)
  return (
    <div className="col gap-3">
      <Card title="Models" note={`${plural(report.rows, 'row')}, answers in ${report.target}`} scrolls="Models">
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              {report.metrics.map(({ name, better }) => (
                <th key={name} scope="col" className="num" title={`${better} is better`}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <tr key={model.name}>
                <td>{model.name}</td>
                {report.metrics.map(({ name }, k) => (
                  <td key={name} className={model.isBest[k] ? 'num semi' : 'num t2'}>
                    {model.values[k]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
      {pairs.map((pair) => (
        <Card key={pair.key} wraps title={`${pair.second} against ${pair.first}`} note={pair.test}>
          <p className="semi mb-2">{pair.sentence}</p>
          <div className="grid items-start gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 460px), 1fr))' }}>
            <ScrollX label={`Differences of ${pair.second} and ${pair.first}`}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">difference</th>
                    <th scope="col">dashed: no difference</th>
                    <th scope="col" className="num">
                      95 % interval
                    </th>
                    <th scope="col" className="num wraps">
                      {pair.second} minus {pair.first}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {pair.differences.map((difference) => (
                    <tr key={difference.metric}>
                      <td>{difference.metric}</td>
                      <td>
                        <Interval
                          value={difference.value}
                          bounds={difference.interval}
                          from={-difference.reach}
                          to={difference.reach}
                          mark={0}
                          width={150}
                        />
                      </td>
                      <td className="num">{difference.range}</td>
                      <td className="num semi">{difference.words}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollX>
            {pair.rows ? <Agreement rows={pair.rows} first={pair.first} second={pair.second} /> : null}
          </div>
        </Card>
      ))}
      <p className="sm t3">Intervals from {formatNumber(report.resamples)} bootstrap samples of the rows, drawn for both models at once.</p>
    </div>
  )
}

/** McNemar's table: only rows that one model alone has right tell the two apart. */
function Agreement({ rows, first, second }: { rows: NonNullable<ComparedPair['rows']>; first: string; second: string }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">rows</th>
          <th scope="col" className="num wraps">
            {second} right
          </th>
          <th scope="col" className="num wraps">
            {second} wrong
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td className="wraps">{first} right</td>
          <td className="num t2">{formatNumber(rows.both)}</td>
          <td className="num semi">{formatNumber(rows.onlyFirst)}</td>
        </tr>
        <tr>
          <td className="wraps">{first} wrong</td>
          <td className="num semi">{formatNumber(rows.onlySecond)}</td>
          <td className="num t2">{formatNumber(rows.neither)}</td>
        </tr>
      </tbody>
    </table>
  )
}

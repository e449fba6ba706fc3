import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import { StatusBadge, StatusIcon } from '#components/ui/status'
import type { GateReport } from '#core/reports/report'
import { formatScore } from '#core/words/format'

const operators = { '>=': 'at least', '<=': 'at most' }

/** Each threshold of a gate, what was measured, and whether it holds. */
export function GateView({ report }: { report: GateReport }) {
  const failed = report.checks.filter((check) => !check.passes).length
  return (
    <Card
      title="Gate"
      end={
        <StatusBadge status={report.passes ? 'done' : 'failed'}>
          {report.passes ? 'passes' : `${failed} of ${report.checks.length} checks ${failed === 1 ? 'fails' : 'fail'}`}
        </StatusBadge>
      }
      bodyClassName="p-0"
    >
      <ScrollX label="Checks">
        <table>
          <thead>
            <tr>
              <th scope="col">metric</th>
              <th scope="col" className="num">
                limit
              </th>
              <th scope="col" className="num">
                measured
              </th>
              <th scope="col" className="num">
                room
              </th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>
            {report.checks.map((check) => {
              const room = check.value === null ? null : check.operator === '>=' ? check.value - check.limit : check.limit - check.value
              return (
                <tr key={`${check.metric} ${check.operator} ${check.limit}`}>
                  <td className="mono">{check.metric}</td>
                  <td className="num">
                    <span className="t3">{operators[check.operator]}</span> {formatScore(check.limit)}
                  </td>
                  <td className="num semi">{check.value === null ? 'not measured' : formatScore(check.value)}</td>
                  <td className="num">{room === null ? '–' : `${room >= 0 ? '+' : '−'}${formatScore(Math.abs(room))}`}</td>
                  <td>
                    <span className={`row tight ${check.passes ? 'good' : 'bad'}`}>
                      <StatusIcon status={check.passes ? 'done' : 'failed'} />
                      {check.passes ? 'holds' : check.value === null ? 'not in the report' : 'misses the limit'}
                    </span>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </ScrollX>
    </Card>
  )
}

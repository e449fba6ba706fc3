import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import { StatusIcon } from '#components/ui/status'
import type { LoadReport } from '#core/reports/report'
import { formatNumber, formatShare } from '#core/words/format'
import { FigureTile } from '../figure-tile'

const delimiters: Record<string, string> = { '\t': 'tab', ',': 'comma', ';': 'semicolon', '|': 'bar', ' ': 'space' }

/** What became of every line of a file. */
export function LoadView({ report }: { report: LoadReport }) {
  const facts = [
    report.format,
    report.encoding,
    ...(report.delimiter ? [`${delimiters[report.delimiter] ?? report.delimiter} between columns`] : []),
    ...(report.header === null ? [] : [report.header ? 'with a header' : 'without a header']),
  ]
  return (
    <div className="col gap-3">
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
        <FigureTile label="Rows read" value={formatNumber(report.read)} sub={facts.join(', ')} />
        <FigureTile
          label="Kept"
          value={formatNumber(report.kept)}
          sub={report.read > 0 ? formatShare(report.kept / report.read) : undefined}
        />
        <FigureTile
          label={<>{report.refused > 0 ? <StatusIcon status="waiting" label="some" /> : null} Refused</>}
          value={formatNumber(report.refused)}
          sub={report.refused === 0 ? 'nothing was lost' : 'examples below'}
        />
        <FigureTile label="Columns" value={formatNumber(report.columns)} />
      </div>
      {report.notes.length > 0 ? (
        <Card title="Notes">
          <ul className="col gap-1">
            {report.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Card>
      ) : null}
      {report.examples.length > 0 ? (
        <Card title="Refused rows" note={`the first ${report.examples.length} of ${formatNumber(report.refused)}`} bodyClassName="p-0">
          <ScrollX label="Refused rows">
            <table>
              <thead>
                <tr>
                  <th scope="col" className="num">
                    row
                  </th>
                  <th scope="col">column</th>
                  <th scope="col">reason</th>
                  <th scope="col">text</th>
                </tr>
              </thead>
              <tbody>
                {report.examples.map((example) => (
                  <tr key={`${example.row} ${example.column}`}>
                    <td className="num mono">{formatNumber(example.row)}</td>
                    <td className="mono">{example.column ?? '–'}</td>
                    <td>{example.reason}</td>
                    <td className="mono trunc" style={{ maxWidth: 360 }} title={example.text}>
                      {example.text}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        </Card>
      ) : null}
    </div>
  )
}

import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { ExplanationReport } from '#core/reports/explanation'
import { plural } from '#core/words/format'
import { Legend } from '../axes'
import { Lines } from '../lines'
import { type PreparedCurve, type PreparedExplanation, prepareExplanation } from '../prepare-explanation.ts'
import { ExplainedRows } from './explained-rows'

/** What a model goes by: how much each column matters, then what it answers as the most important ones change. */
export function ExplanationView({ report }: { report: ExplanationReport }) {
  const { measure, importance, curves } = prepareExplanation(report)
  return (
    <div className="col gap-3">
      <Card title="Importance" note={`${plural(report.importance.rows, 'row')}, ${report.importance.repeats} repeats`} bodyClassName="p-0">
        <p className="sm t3 p-3 pt-0 pb-1">{measure}</p>
        <Importance columns={importance} />
      </Card>
      {curves.length > 0 ? (
        <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))' }}>
          {curves.map((curve) => (
            <Curve key={curve.column} curve={curve} />
          ))}
        </div>
      ) : null}
      {report.rows && report.rows.length > 0 ? <ExplainedRows report={report} rows={report.rows} /> : null}
      <ul className="sm t3">
        {report.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  )
}

function Importance({ columns }: { columns: PreparedExplanation['importance'] }) {
  return (
    <ScrollX label="Importance of columns" style={{ maxHeight: 420, overflowY: 'auto' }}>
      <table>
        <thead>
          <tr>
            <th scope="col">column</th>
            <th scope="col">
              <span className="sr">bar</span>
            </th>
            <th scope="col" className="num">
              loss
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.name} title={column.spread}>
              <td className="mono trunc" style={{ maxWidth: 220 }}>
                {column.name}
              </td>
              <td style={{ width: '60%' }}>
                <svg width="100%" height={12} aria-hidden className="block">
                  <rect x={0} y={2} width={`${column.share * 100}%`} height={8} rx={1} fill="var(--series-1)" />
                  <line
                    x1={`${column.low * 100}%`}
                    x2={`${column.high * 100}%`}
                    y1={6}
                    y2={6}
                    stroke="var(--text-2)"
                    strokeWidth={1.5}
                    opacity={0.7}
                  />
                </svg>
              </td>
              <td className="num">
                {column.words}
                <span className="sr">{column.spread}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

function Curve({ curve }: { curve: PreparedCurve }) {
  if (curve.kind === 'lines') {
    return (
      <Card title={curve.column} note={curve.note}>
        <Lines label={`Mean answer by ${curve.column}`} input={curve.input} empty="The column has no values." />
        {curve.legend.length > 0 ? <Legend items={curve.legend} /> : null}
      </Card>
    )
  }
  return (
    <Card title={curve.column} note={curve.note} scrolls={`Mean answer by ${curve.column}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">value</th>
            {curve.outputs.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {curve.rows.map((row) => (
            <tr key={row.value}>
              <td className="trunc" style={{ maxWidth: 200 }} title={row.value}>
                {row.value}
              </td>
              {curve.outputs.map((name, k) => (
                <td key={name}>
                  <span className="row">
                    <span className="meter" style={{ ['--c' as string]: 'var(--series-1)' }} aria-hidden>
                      <i style={{ width: `${(row.shares[k] ?? 0) * 100}%` }} />
                    </span>
                    <span className="num">{row.words[k]}</span>
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

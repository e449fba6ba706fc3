import { Card } from '#components/ui/card'
import type { FeaturesReport } from '#core/reports/features'
import { type FeaturesTable, prepareFeatures } from '../prepare-features.ts'

/** What a feature stage makes of a sample: terms, values, ranges, an example row, or what a selection keeps. */
export function FeaturesView({ report }: { report: FeaturesReport }) {
  const { summary, tables } = prepareFeatures(report)
  return (
    <div className="col gap-3">
      <p className="sm t2">{summary}</p>
      {report.notes.map((note) => (
        <p key={note} className="sm t2">
          {note}
        </p>
      ))}
      <div className="grid items-start gap-3" style={{ gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 340px), 1fr))' }}>
        {tables.map((table) => (
          <Made key={table.key} table={table} />
        ))}
      </div>
    </div>
  )
}

function Made({ table: { title, note, heads, lines, foot } }: { table: FeaturesTable }) {
  const hasMeters = lines.some(({ meter }) => meter !== null)
  const [first, ...others] = heads
  return (
    <Card title={title} note={note} scrolls={title} wraps>
      <table>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {hasMeters ? (
              <th scope="col">
                <span className="sr">as a bar</span>
              </th>
            ) : null}
            {others.map((head) => (
              <th key={head} scope="col" className="num">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.key}>
              <td className={line.isFaded ? 'wraps t3' : 'wraps'}>{line.name}</td>
              {hasMeters ? (
                <td aria-hidden>
                  <span className="meter" style={{ ['--c' as string]: line.isFaded ? 'var(--chart-ref)' : 'var(--series-1)', width: 48 }}>
                    <i style={{ width: `${Math.min(1, line.meter ?? 0) * 100}%` }} />
                  </span>
                </td>
              ) : null}
              {line.cells.map((cell, i) => (
                <td key={others[i]} className={line.isFaded ? 'num t3' : 'num'}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {foot ? <p className="sm t3 px-3 py-2">{foot}</p> : null}
    </Card>
  )
}

import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { ClassificationReport } from '#core/reports/report'
import { formatNumber, plural } from '#core/words/format'
import type { Confusion } from '../confusion-matrix'

/** Rows that the model got wrong, the surest first; with a chosen confusion only those. */
export function Mistakes({ report, chosen, onClear }: { report: ClassificationReport; chosen: Confusion | null; onClear(): void }) {
  const shown = report.mistakes.filter((one) => chosen === null || (one.truth === chosen.truth && one.predicted === chosen.predicted))
  const of = chosen ? report.confusions.find((one) => one.truth === chosen.truth && one.predicted === chosen.predicted)?.rows : undefined
  return (
    <Card
      title="Errors"
      note={
        chosen ? `true ${chosen.truth}, predicted ${chosen.predicted}` : `${plural(report.mistakes.length, 'row')}, most confident first`
      }
      end={
        chosen ? (
          <Button size="sm" kind="quiet" onClick={onClear}>
            Clear filter
          </Button>
        ) : null
      }
      bodyClassName="p-0"
    >
      {shown.length === 0 ? (
        <p className="sm t3 p-3 pt-0">{emptyWords(report, chosen, of)}</p>
      ) : (
        <ScrollX label="Errors">
          <table style={{ tableLayout: 'fixed', minWidth: 640 }}>
            <colgroup>
              <col style={{ width: 76 }} />
              <col />
              <col style={{ width: 110 }} />
              <col style={{ width: 110 }} />
              <col style={{ width: 136 }} />
            </colgroup>
            <thead>
              <tr>
                <th scope="col" className="num">
                  row
                </th>
                <th scope="col">text</th>
                <th scope="col">true</th>
                <th scope="col">predicted</th>
                <th scope="col">confidence</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <tr key={one.row}>
                  <td className="num mono">{formatNumber(one.row)}</td>
                  <td className="trunc" title={one.text}>
                    {one.text}
                  </td>
                  <td className="trunc">
                    <span className="chip">{one.truth}</span>
                  </td>
                  <td className="trunc">
                    <span className="chip" style={{ background: 'var(--warm-2)', color: 'var(--warm-on-2)' }}>
                      {one.predicted}
                    </span>
                  </td>
                  <td>
                    <span className="row">
                      <span className="meter" style={{ ['--c' as string]: 'var(--series-1)' }} aria-hidden>
                        <i style={{ width: `${one.confidence * 100}%` }} />
                      </span>
                      <span className="num">{one.confidence.toFixed(2)}</span>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </Card>
  )
}

function emptyWords(report: ClassificationReport, chosen: Confusion | null, rows: number | undefined): string {
  if (chosen?.truth === chosen?.predicted && chosen) return `Rows of ${chosen.truth} that are called ${chosen.predicted} are right.`
  if (report.mistakes.length === 0) return 'Every row got its true class.'
  return rows === undefined || rows === 0
    ? 'No row was confused like this.'
    : `${plural(rows, 'row was', 'rows were')} confused like this, but none is among the ${report.mistakes.length} surest mistakes that the report keeps.`
}

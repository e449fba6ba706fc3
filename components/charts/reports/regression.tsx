'use client'

import { useState } from 'react'
import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import type { RegressionReport } from '#core/reports/regression'
import { formatCompact, formatNumber, formatScore, formatShare, formatValue, plural } from '#core/words/format'
import { Baselines } from '../baselines'
import { FigureTile } from '../figure-tile'
import { Histogram } from '../histogram'
import { Notes } from '../notes'
import { Scatter } from '../scatter'
import { RowRecord, RowText } from './row-record'

const empty = 'No rows were evaluated.'
const shownWorst = 20

const formatTick = (value: number) => (Math.abs(value) >= 10_000 ? formatCompact(value) : formatValue(value))

/** Quality of a regressor: figures, predicted against true, residuals, and the rows that it missed most. */
export function RegressionView({ report }: { report: RegressionReport }) {
  const { target, points, residuals } = report
  const shown = points.length < report.rows ? `${points.length} of ${plural(report.rows, 'row')}` : plural(report.rows, 'row')
  return (
    <div className="col gap-3">
      <Notes title="About these rows" notes={report.notes} />
      <Figures report={report} />
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))' }}>
        <Card title="Predicted against true" note={shown}>
          <Scatter
            label={`Predicted ${target} against true ${target}; on the line both are the same`}
            empty={empty}
            input={{
              points: points.map((point) => ({ x: point.truth, y: point.predicted })),
              xName: 'true',
              yName: 'predicted',
              perfect: 'diagonal',
              format: formatValue,
              formatTick,
            }}
          />
        </Card>
        <Card title="Residuals" note="true minus predicted, rows">
          <Histogram
            label={`Residuals of ${target}, from ${formatValue(residuals.edges[0] ?? 0)} to ${formatValue(residuals.edges.at(-1) ?? 0)}`}
            empty={empty}
            input={{ ...residuals, format: formatValue, formatTick }}
          />
        </Card>
        <Card title="Residuals against predicted" note={shown}>
          <Scatter
            label={`Residuals of ${target} against its prediction; a pattern means that there is more to learn`}
            empty={empty}
            input={{
              points: points.map((point) => ({ x: point.predicted, y: point.truth - point.predicted })),
              xName: 'predicted',
              yName: 'residual',
              perfect: 'zero',
              format: formatValue,
              formatTick,
            }}
          />
        </Card>
      </div>
      <Worst report={report} />
    </div>
  )
}

function Figures({ report }: { report: RegressionReport }) {
  const { r2, interval } = report
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
      <FigureTile
        label="R2"
        value={r2 === null ? '–' : formatScore(r2)}
        sub={r2 === null ? 'all right answers are the same' : 'share of the variance explained'}
      />
      <FigureTile
        label="MAE"
        value={formatValue(report.mae)}
        sub={
          <>
            mean absolute error
            <Baselines baselines={report.baselines} read={({ mae }) => formatValue(mae)} />
          </>
        }
      />
      <FigureTile
        label="RMSE"
        value={formatValue(report.rmse)}
        sub={
          <>
            weighs large errors more
            <Baselines baselines={report.baselines} read={({ rmse }) => formatValue(rmse)} />
          </>
        }
      />
      <FigureTile label="Median error" value={formatValue(report.medianAbsoluteError)} sub="half of the rows are closer" />
      <FigureTile
        label="MAPE"
        value={report.mape === null ? '–' : (report.mape * 100).toFixed(1)}
        {...(report.mape === null ? {} : { unit: '%' })}
        sub={report.mape === null ? 'a right answer is 0' : 'mean error, of the right answer'}
      />
      <FigureTile
        label="In the interval"
        value={interval === null ? '–' : (interval.covered * 100).toFixed(1)}
        {...(interval === null ? {} : { unit: '%' })}
        sub={interval === null ? 'not measured' : `of right answers; it promises ${formatShare(interval.share, 0)}`}
      />
    </div>
  )
}

function Worst({ report }: { report: RegressionReport }) {
  const worst = report.worst.slice(0, shownWorst)
  const [open, setOpen] = useState<number | null>(null)
  const { table } = report
  const hasText = table !== undefined || worst.some((one) => one.text !== '')
  if (worst.length === 0) return null
  return (
    <Card title="Furthest off" note={plural(worst.length, 'row')} bodyClassName="p-0">
      <ScrollX label="Rows furthest off">
        <table>
          <thead>
            <tr>
              <th scope="col" className="num">
                row
              </th>
              {hasText ? <th scope="col">text</th> : null}
              <th scope="col" className="num">
                true
              </th>
              <th scope="col" className="num">
                predicted
              </th>
              <th scope="col" className="num">
                residual
              </th>
            </tr>
          </thead>
          <tbody>
            {worst.map((one) => (
              <tr key={one.row}>
                <td className="num mono">{formatNumber(one.row + 1)}</td>
                {hasText ? (
                  <td className="trunc" style={{ maxWidth: 420 }} title={one.text}>
                    <RowText row={one.row} text={one.text} onOpen={table === undefined ? undefined : setOpen} />
                  </td>
                ) : null}
                <td className="num">{formatValue(one.truth)}</td>
                <td className="num">{formatValue(one.predicted)}</td>
                <td className="num">{formatValue(one.truth - one.predicted)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {table === undefined ? null : <RowRecord table={table} row={open} onClose={() => setOpen(null)} />}
    </Card>
  )
}

'use client'

import { useState } from 'react'
import { Card } from '#components/ui/card'
import { Select } from '#components/ui/field'
import { ScrollX } from '#components/ui/scroll-x'
import type { AnomaliesReport } from '#core/reports/anomalies'
import { formatNumber, formatScore, formatShare, plural } from '#core/words/format'
import { Axes, EmptyChart, Legend } from '../axes'
import { FigureTile } from '../figure-tile'
import { Measured } from '../measured'
import { Notes } from '../notes'
import { Plot } from '../plot'
import { prepareScores, prepareUnusual, thresholdWords } from '../prepare-anomalies.ts'
import { RowRecord, RowText } from './row-record'

/** Rows unlike the others: how unusual all rows are, where the threshold stands, and the most unusual ones with what makes them so. */
export function AnomaliesView({ report }: { report: AnomaliesReport }) {
  return (
    <div className="col gap-3">
      <Figures report={report} />
      <Card title="Scores of all rows" note={thresholdWords(report)} wraps>
        <Scores report={report} />
      </Card>
      <Unusual report={report} />
      <Notes title="Notes" notes={report.notes} />
    </div>
  )
}

function Figures({ report: { rows, terms, called, threshold, unusual, reasons, parity } }: { report: AnomaliesReport }) {
  const [reason] = reasons
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(132px, 1fr))' }}>
      <FigureTile
        label="Anomalies"
        value={formatNumber(called)}
        sub={`${formatShare(called / rows)} of ${plural(rows, 'row')}, by ${plural(terms, 'feature')}`}
      />
      <FigureTile label="Threshold" value={formatScore(threshold)} sub={`the highest score is ${formatScore(unusual[0]?.score ?? 0)}`} />
      <FigureTile
        label="Most often due to"
        value={reason?.column ?? '–'}
        sub={
          reason
            ? `first reason of ${formatNumber(reason.rows)} of the ${formatNumber(unusual.length)} most unusual rows`
            : 'no single column'
        }
      />
      <FigureTile
        label="Same in both runtimes"
        value={parity ? Math.max(parity.native, parity.web).toExponential(0) : '–'}
        sub={parity ? `largest difference on ${plural(parity.rows, 'row')}` : 'not compared'}
      />
    </div>
  )
}

function Scores({ report, height = 220 }: { report: AnomaliesReport; height?: number }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = prepareScores(report, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>There are no rows with a score.</EmptyChart>
        const { threshold, frame } = chart
        const isAnomaly = (x: number, wide: number) => threshold !== null && x + wide / 2 >= threshold
        return (
          <>
            <Plot
              width={width}
              height={height}
              label={`Histogram of scores. ${thresholdWords(report)}`}
              reach={[frame.top, frame.bottom]}
              stops={chart.stops}
            >
              <Axes frame={frame} xTicks={chart.xTicks} yTicks={chart.yTicks} />
              {chart.bars.map(({ key, ...bar }) => (
                <rect key={key} {...bar} fill={isAnomaly(bar.x, bar.width) ? 'var(--series-2)' : 'var(--series-1)'} rx={1} />
              ))}
              {threshold === null ? null : <path className="ref" d={`M${threshold} ${frame.top}V${frame.bottom}`} />}
            </Plot>
            <Legend
              items={[
                { name: 'normal', colour: 'var(--series-1)', shape: 'square' },
                { name: 'anomaly', colour: 'var(--series-2)', shape: 'square' },
                { name: 'threshold', colour: 'var(--chart-ref)', shape: 'dash' },
              ]}
            />
          </>
        )
      }}
    </Measured>
  )
}

function Unusual({ report }: { report: AnomaliesReport }) {
  const [column, setColumn] = useState('')
  const [open, setOpen] = useState<number | null>(null)
  const rows = prepareUnusual(report, column === '' ? null : column)
  const columns = [...new Set(report.unusual.flatMap(({ columns }) => columns.map((reason) => reason.column)))].sort()
  return (
    <Card
      title="Most unusual rows"
      note="and the columns that make them so: the score with the usual value, or without the text"
      wraps
      end={
        columns.length > 1 ? (
          <Select
            inline
            aria-label="Column"
            value={column}
            onChange={(event) => setColumn(event.currentTarget.value)}
            options={[{ value: '', label: 'any column' }, ...columns.map((name) => ({ value: name, label: name }))]}
          />
        ) : null
      }
      bodyClassName="p-0"
    >
      <ScrollX label="Most unusual rows" style={{ maxHeight: 560, overflowY: 'auto' }}>
        <table style={{ tableLayout: 'fixed', minWidth: 720 }}>
          <colgroup>
            <col style={{ width: 76 }} />
            <col style={{ width: 76 }} />
            <col style={{ width: '36%' }} />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col" className="num">
                row
              </th>
              <th scope="col" className="num">
                score
              </th>
              <th scope="col">row in words</th>
              <th scope="col">unusual in</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.row} className={one.isCalled ? undefined : 't3'} style={{ verticalAlign: 'top' }}>
                <td className="num mono py-1!">{formatNumber(one.row + 1)}</td>
                <td className="num semi py-1!" title={one.isCalled ? 'anomaly' : 'below the threshold'}>
                  {one.score}
                </td>
                <td className="trunc py-1!" title={one.text}>
                  <RowText row={one.row} text={one.text} onOpen={setOpen} />
                </td>
                <td className="py-1! whitespace-normal!">
                  {one.reasons.length === 0 ? <span className="t3">several columns together</span> : null}
                  {one.reasons.map((reason) => (
                    <div key={reason.column}>
                      <span className="mono">{reason.column}</span> <span className="t2">{reason.words}</span>
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <RowRecord table={report.table} row={open} onClose={() => setOpen(null)} />
    </Card>
  )
}

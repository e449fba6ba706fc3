'use client'

import { useState } from 'react'
import { Card } from '#components/ui/card'
import { Select } from '#components/ui/field'
import { ScrollX } from '#components/ui/scroll-x'
import { Segmented } from '#components/ui/segmented'
import type { SlicesReport } from '#core/reports/slices'
import { worstSlice } from '#core/reports/slices'
import { formatFigure, formatNumber, formatShare, plural } from '#core/words/format'
import { FigureTile } from '../figure-tile'
import { Interval } from '../interval'
import { prepareSlices, type SliceOrder } from '../prepare-slices.ts'

/** Where a model is worse than on the whole: its slices with their intervals, and how far each lies off. */
export function SlicesView({ report }: { report: SlicesReport }) {
  const [column, setColumn] = useState('')
  const [order, setOrder] = useState<SliceOrder>('worst')
  const { slices, from, to, sentence } = prepareSlices(report, column === '' ? null : column, order)
  return (
    <div className="col gap-3">
      <Figures report={report} />
      <Card
        title="Slices"
        note={sentence}
        end={
          <>
            {report.columns.length > 1 ? (
              <Select
                inline
                aria-label="Column"
                value={column}
                onChange={(event) => setColumn(event.currentTarget.value)}
                options={[{ value: '', label: 'all columns' }, ...report.columns.map((name) => ({ value: name, label: name }))]}
              />
            ) : null}
            <Segmented<SliceOrder>
              label="Order"
              value={order}
              onChange={setOrder}
              options={[
                { value: 'worst', label: 'Worst first' },
                { value: 'fewest rows', label: 'Fewest rows' },
              ]}
            />
          </>
        }
        bodyClassName="p-0"
      >
        <ScrollX label="Slices" style={{ maxHeight: 520, overflowY: 'auto' }}>
          <table>
            <thead>
              <tr>
                <th scope="col">column</th>
                <th scope="col">slice</th>
                <th scope="col" className="num">
                  rows
                </th>
                <th scope="col" className="num">
                  {report.measure === 'accuracy' ? 'accuracy' : 'mean error'}
                </th>
                <th scope="col">95 % interval, dashed the whole</th>
                <th scope="col" className="num">
                  gap to the whole
                </th>
                <th scope="col" className="num" title="Adjusted for looking at all slices">
                  p
                </th>
              </tr>
            </thead>
            <tbody>
              {slices.map((slice) => (
                <tr key={slice.key} className={slice.hasFewRows ? 't3' : undefined}>
                  <td className="mono">{slice.column}</td>
                  <td className="trunc" style={{ maxWidth: 260 }} title={slice.name}>
                    {slice.name}
                  </td>
                  <td className="num">{formatNumber(slice.rows)}</td>
                  <td className="num semi">{slice.words.value}</td>
                  <td title={slice.words.interval}>
                    <Interval value={slice.value} bounds={slice.interval} from={from} to={to} mark={report.value} />
                    <span className="sr">{slice.words.interval}</span>
                  </td>
                  <td className="num" style={slice.isBad ? { color: 'var(--st-failed)' } : undefined}>
                    {slice.words.gap}
                  </td>
                  <td className="num">{slice.words.p}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      </Card>
    </div>
  )
}

function Figures({ report }: { report: SlicesReport }) {
  const worst = worstSlice(report)
  const format = report.measure === 'accuracy' ? formatShare : formatFigure
  return (
    <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))' }}>
      <FigureTile label="All rows" value={format(report.value)} sub={plural(report.rows, 'row')} />
      <FigureTile
        label="Worst slice"
        value={worst ? format(worst.value) : '–'}
        sub={worst ? `${worst.column}: ${worst.name}, ${plural(worst.rows, 'row')}` : `none with ${plural(report.minRows, 'row')}`}
      />
      <FigureTile label="Slices" value={formatNumber(report.slices.length)} sub={`by ${report.columns.join(', ')}`} />
    </div>
  )
}

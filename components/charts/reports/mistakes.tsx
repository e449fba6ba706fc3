'use client'

import { useState } from 'react'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Select } from '#components/ui/field'
import { ScrollX } from '#components/ui/scroll-x'
import { Segmented } from '#components/ui/segmented'
import type { ClassificationReport } from '#core/reports/report'
import { formatNumber } from '#core/words/format'
import { allMistakes, type MistakeFilter, type PreparedMistakes, prepareMistakes } from '../prepare-mistakes.ts'
import { RowRecord, RowText } from './row-record'

type Filtered = { filter: MistakeFilter; onFilter(filter: MistakeFilter): void }

/** Rows that the model got wrong, by true and predicted class; a row opens with all its columns where its table is known. */
export function Mistakes({ report, filter, onFilter }: { report: ClassificationReport } & Filtered) {
  const [open, setOpen] = useState<number | null>(null)
  const prepared = prepareMistakes(report, filter)
  const { table } = report
  return (
    <Card
      title="Errors"
      note={prepared.note}
      end={<Filters prepared={prepared} filter={filter} onFilter={onFilter} />}
      bodyClassName={prepared.empty ? '' : 'p-0'}
    >
      {prepared.empty ? (
        <p className="sm t3">{prepared.empty}</p>
      ) : (
        <ScrollX label="Errors" style={{ maxHeight: 560, overflowY: 'auto' }}>
          <MistakeTable prepared={prepared} onOpen={table === undefined ? undefined : setOpen} />
        </ScrollX>
      )}
      {table === undefined ? null : <RowRecord table={table} row={open} onClose={() => setOpen(null)} />}
    </Card>
  )
}

function Filters({ prepared, filter, onFilter }: { prepared: PreparedMistakes } & Filtered) {
  const { truths, calls, hasTruth } = prepared
  const any = (names: readonly string[], chosen: string, words: string) => [
    { value: '', label: words },
    ...[...new Set([...names, chosen])].filter((name) => name !== '').map((name) => ({ value: name, label: name })),
  ]
  return (
    <>
      {filter.truth === '' && filter.predicted === '' ? null : (
        <Button size="sm" kind="quiet" onClick={() => onFilter({ ...allMistakes, order: filter.order })}>
          Clear filter
        </Button>
      )}
      <Select
        inline
        aria-label="True class"
        value={filter.truth}
        onChange={(event) => onFilter({ ...filter, truth: event.currentTarget.value })}
        options={any(truths, filter.truth, 'any true class')}
      />
      <Select
        inline
        aria-label="Predicted class"
        value={filter.predicted}
        onChange={(event) => onFilter({ ...filter, predicted: event.currentTarget.value })}
        options={any(calls, filter.predicted, 'any prediction')}
      />
      {hasTruth ? (
        <Segmented<MistakeFilter['order']>
          label="Order"
          value={filter.order}
          onChange={(order) => onFilter({ ...filter, order })}
          options={[
            { value: 'surest', label: 'Surest' },
            { value: 'furthest off', label: 'Furthest off' },
          ]}
        />
      ) : null}
    </>
  )
}

function MistakeTable({
  prepared: { shown, hasTruth },
  onOpen,
}: {
  prepared: PreparedMistakes
  onOpen: ((row: number) => void) | undefined
}) {
  return (
    <table style={{ tableLayout: 'fixed', minWidth: 640 }}>
      <colgroup>
        <col style={{ width: 84 }} />
        <col />
        <col style={{ width: 110 }} />
        <col style={{ width: 110 }} />
        <col style={{ width: 136 }} />
        {hasTruth ? <col style={{ width: 96 }} /> : null}
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
          {hasTruth ? (
            <th scope="col" className="num" title="Probability that the model gave the true class">
              of the true
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {shown.map((one) => (
          <tr key={one.row}>
            <td className="num mono">{formatNumber(one.row + 1)}</td>
            <td className="trunc" title={one.text}>
              <RowText row={one.row} text={one.text} onOpen={onOpen} />
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
            {hasTruth ? <td className="num">{one.truthProbability?.toFixed(3)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

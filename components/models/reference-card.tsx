'use client'

import { Card } from '#components/ui/card'
import type { Reference } from '#core/model/signature'
import { formatNumber, formatScore, formatShare, formatValue } from '#core/words/format'
import { binWords } from '../charts/prepare-histogram-pair.ts'

type Bar = { name: string; count: number }

/** What the training rows looked like, of an imported model the sample: live traffic is compared with this. */
export function ReferenceCard({
  reference,
  isImported,
  isUnlabelled,
}: {
  reference: Reference
  isImported: boolean
  /** Learned without right answers, so that nothing was labelled or held out. */
  isUnlabelled: boolean
}) {
  return (
    <Card
      title={isImported ? 'Reference from the sample' : 'Training reference'}
      note={`${formatNumber(reference.rows)} rows; live traffic is compared with it`}
    >
      <div className="grid gap-4" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 220px), 1fr))' }}>
        <Answers
          reference={reference}
          of={isImported ? 'on the sample' : isUnlabelled ? 'on the training rows' : 'out of fold'}
          isUnlabelled={isUnlabelled}
        />
        {reference.columns.map((column) => (
          <Distribution
            key={column.name}
            title={column.name}
            note={noteOf(column)}
            bars={
              column.kind === 'category'
                ? [
                    ...column.values.map(({ value, count }) => ({ name: value, count })),
                    ...(column.other > 0 ? [{ name: 'others', count: column.other }] : []),
                  ]
                : binWords(column.edges).map((name, i) => ({ name, count: column.counts[i] ?? 0 }))
            }
            rows={reference.rows}
          />
        ))}
      </div>
    </Card>
  )
}

function noteOf(column: Reference['columns'][number]): string {
  if (column.kind === 'length') return column.separator === undefined ? 'length in words' : 'length in entries'
  return column.kind === 'number' ? 'value' : 'most frequent'
}

function Answers({ reference, of, isUnlabelled }: { reference: Reference; of: string; isUnlabelled: boolean }) {
  if (reference.task === 'regression') {
    const { values, residuals } = reference
    return (
      <Distribution
        title="Predicted"
        note={`${of}; ${formatShare(residuals.share, 0)} of right answers lie ${formatValue(residuals.low)} to ${formatValue(residuals.high)} off`}
        bars={binWords(values.edges).map((name, i) => ({ name, count: values.counts[i] ?? 0 }))}
        rows={reference.rows}
      />
    )
  }
  // of an imported model without right answers nothing is labelled
  const isLabelled = !isUnlabelled && reference.classes.some(({ rows }) => rows > 0)
  return (
    <>
      <Distribution
        title="Classes"
        note={isLabelled ? 'as labelled' : 'as answered'}
        bars={reference.classes
          .map(({ name, rows, predicted }) => ({ name, count: isLabelled ? rows : predicted }))
          .sort((a, b) => b.count - a.count)}
        rows={reference.rows}
      />
      <Distribution
        title="Confidence"
        note={`${of}, mean ${formatScore(reference.confidence.mean)}`}
        bars={tenths(reference.confidence.counts)}
        rows={reference.rows}
      />
    </>
  )
}

/** As many as there are deciles, so that the bins of a number are all there. */
const shown = 10

/** Twenty bins of confidence as ten. */
function tenths(counts: readonly number[]): Bar[] {
  return Array.from({ length: 10 }, (_, i) => ({
    name: `${(i / 10).toFixed(1)} to ${((i + 1) / 10).toFixed(1)}`,
    count: (counts[2 * i] ?? 0) + (counts[2 * i + 1] ?? 0),
  }))
}

function Distribution({ title, note, bars, rows }: { title: string; note: string; bars: readonly Bar[]; rows: number }) {
  const filled = bars.filter(({ count }) => count > 0)
  const listed = filled.slice(0, shown)
  const rest = filled.slice(shown).reduce((sum, { count }) => sum + count, 0)
  const all = rest > 0 ? [...listed, { name: `${filled.length - shown} more`, count: rest }] : listed
  const highest = Math.max(1, ...all.map(({ count }) => count))
  return (
    <div className="min-w-0">
      <h3 className="sm semi">
        {title} <span className="t3 font-normal">{note}</span>
      </h3>
      <ul className="mt-1">
        {all.map(({ name, count }) => (
          <li key={name} className="row sm" title={`${name}: ${formatNumber(count)} rows`}>
            <span className="trunc w-28 flex-none">{name}</span>
            <span className="meter grow" style={{ width: 'auto' }}>
              <i style={{ width: `${(count / highest) * 100}%`, background: 'var(--chart-ref)' }} />
            </span>
            <span className="num t3 w-12 flex-none text-right">{formatShare(rows === 0 ? 0 : count / rows)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

'use client'

import { useState } from 'react'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Select } from '#components/ui/field'
import type { ExplanationReport } from '#core/reports/explanation'
import type { ExplainedRow } from '#core/reports/row-reasons'
import { formatNumber, formatShare, formatValue, plural } from '#core/words/format'
import { Reasons } from '../reasons'
import { SimilarRowsTable } from '../similar-rows'
import { RowRecord } from './row-record'

/** Why single rows were answered as they were, one at a time. */
export function ExplainedRows({ report, rows }: { report: ExplanationReport; rows: readonly ExplainedRow[] }) {
  const [chosen, setChosen] = useState(0)
  const [open, setOpen] = useState<number | null>(null)
  const { table, trained, target = 'right answer' } = report
  const shown = rows[chosen]
  if (!shown) return null
  return (
    <Card
      title="Single rows"
      note={`${plural(rows.length, 'row')} explained`}
      end={
        <>
          {table === undefined ? null : (
            <Button size="sm" kind="quiet" onClick={() => setOpen(shown.row)}>
              Open row
            </Button>
          )}
          <Select
            inline
            aria-label="Row to explain"
            value={String(chosen)}
            onChange={(event) => setChosen(Number(event.currentTarget.value))}
            options={rows.map((row, i) => ({ value: String(i), label: rowWords(row) }))}
          />
        </>
      }
    >
      <div className="col gap-3">
        <p className="sm t2">
          The answer is <strong>{answerWords(shown.answer)}</strong>
          {shown.confidence === null ? '' : ` with ${formatShare(shown.confidence)}`}; right would be{' '}
          <strong>{answerWords(shown.truth)}</strong>.
        </p>
        <Reasons
          key={shown.row}
          reasons={shown.reasons}
          names={{ answer: typeof shown.answer === 'number' ? target : shown.answer, other: shown.other ?? undefined }}
          values={shown.values}
        />
        {trained === undefined ? null : (
          <SimilarRowsTable
            similar={shown.similar}
            trained={trained}
            target={target}
            columns={shown.reasons.columns.map(({ column }) => column).filter((column) => column in shown.values)}
          />
        )}
      </div>
      {table === undefined ? null : <RowRecord table={table} row={open} onClose={() => setOpen(null)} />}
    </Card>
  )
}

function rowWords({ row, answer, truth }: ExplainedRow): string {
  const isRight = answer === truth
  return `row ${formatNumber(row + 1)}: ${answerWords(answer)}${isRight ? '' : `, not ${answerWords(truth)}`}`
}

function answerWords(answer: string | number): string {
  return typeof answer === 'number' ? formatValue(answer) : answer
}

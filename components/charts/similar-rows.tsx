'use client'

import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { ScrollX } from '#components/ui/scroll-x'
import type { SimilarRows } from '#core/reports/row-reasons'
import { formatNumber, formatValue } from '#core/words/format'
import { prepareSimilar } from './prepare-reasons.ts'
import { RowRecord } from './reports/row-record'

const mostColumns = 4

/** Training rows most like one row, with their right answers and what they hold; a row opens with all its columns. */
export function SimilarRowsTable({
  similar,
  trained,
  target,
  columns,
}: {
  similar: SimilarRows
  /** Artifact of the training table. */
  trained: string
  target: string
  /** Columns to show, the most telling first. */
  columns: readonly string[]
}) {
  const trpc = useTRPC()
  const [open, setOpen] = useState<number | null>(null)
  const rows = useQueries({
    queries: similar.rows.map(({ row }) =>
      trpc.ports.preview.queryOptions({ artifact: trained, offset: row, limit: 1 }, { staleTime: Number.POSITIVE_INFINITY }),
    ),
  })
  const { title, note, words } = prepareSimilar(similar)
  const shown = columns.slice(0, mostColumns)
  const failed = rows.find(({ error }) => error)?.error
  return (
    <div className="col gap-1">
      <h4 className="semi">
        Most similar training rows <span className="sm t3 font-normal">{note}</span>
      </h4>
      <ScrollX label="Most similar training rows">
        <table>
          <thead>
            <tr>
              <th scope="col" className="num">
                row
              </th>
              <th scope="col" className="num">
                {title}
              </th>
              <th scope="col">{target}</th>
              {shown.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {similar.rows.map(({ row, answer }, i) => {
              const data = rows[i]?.data
              const cell = (name: string) => data?.rows[0]?.[data.columns.findIndex((column) => column.name === name)]
              return (
                <tr key={row}>
                  <td className="num">
                    <button
                      type="button"
                      className="mono cursor-pointer hover:underline"
                      aria-label={`Open training row ${row + 1}`}
                      onClick={() => setOpen(row)}
                    >
                      {formatNumber(row + 1)}
                    </button>
                  </td>
                  <td className="num">{words[i]}</td>
                  <td>
                    <span className="chip">{typeof answer === 'number' ? formatValue(answer) : answer}</span>
                  </td>
                  {shown.map((name) => (
                    <td key={name} className="trunc t2" style={{ maxWidth: 220 }} title={cellWords(cell(name), '')}>
                      {cellWords(cell(name), data ? '–' : '…')}
                    </td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </ScrollX>
      {failed ? <p className="sm t3">What these rows hold did not load: {failed.message}</p> : null}
      <RowRecord table={trained} row={open} onClose={() => setOpen(null)} />
    </div>
  )
}

function cellWords(cell: string | number | boolean | null | undefined, missing: string): string {
  if (cell === null || cell === undefined || cell === '') return missing
  return typeof cell === 'number' ? formatValue(cell) : String(cell).slice(0, 300)
}

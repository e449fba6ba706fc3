'use client'

import type { ReactNode } from 'react'
import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import { StatusIcon } from '#components/ui/status'
import type { SignalVerdict } from '#core/releases/measured'
import { type GuardRow, guardRows, guardSummary } from './prepare-guard.ts'

/** What the judge measures on both arms: figure, limit, both values, the change, how much of what is allowed is used, and the state. */
export function GuardCard({
  signals,
  champion,
  challenger,
  empty,
  method,
  end,
}: {
  signals: readonly SignalVerdict[]
  champion: number
  challenger: number
  /** Why there is no verdict yet, and what to do. */
  empty: string
  /** The method and the policy in one sentence, and what counts as harm. */
  method: { short: string; whole: string }
  end?: ReactNode
}) {
  const rows = guardRows(signals)
  return (
    <Card title="Guard limits" note={guardSummary(signals)} end={end} className="flex flex-col" bodyClassName="flex flex-1 flex-col p-0!">
      {rows.length === 0 ? (
        <p className="sm t2 px-3 pb-3">{empty}</p>
      ) : (
        <ScrollX label="Guard limits">
          <table className="guard">
            <thead>
              <tr>
                <th>figure</th>
                <th>limit</th>
                <th className="num">
                  <span className="arm">v{champion}</span>
                </th>
                <th className="num">
                  <span className="arm b">v{challenger}</span>
                </th>
                <th className="num">change</th>
                <th>
                  <span title="How much of the change that is allowed is used">of limit</span>
                </th>
                <th>
                  <span className="sr">state</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <GuardLine key={row.signal} row={row} />
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      <details className="guard-foot sm t3">
        <summary className="cursor-pointer">{method.short}</summary>
        <p className="pt-1">{method.whole}</p>
      </details>
    </Card>
  )
}

function GuardLine({ row }: { row: GuardRow }) {
  const { name, limit, champion, challenger, change, used, look, sentence } = row
  const percent = used === null ? null : Math.round(used * 100)
  return (
    <tr title={sentence}>
      <td>
        {name}
        <span className="sr">. {sentence}</span>
      </td>
      <td className="t2">{limit ?? <span className="t3">–</span>}</td>
      <td className="num">{champion ?? <span className="t3">{challenger === null ? '–' : 'reference'}</span>}</td>
      <td className="num semi">{challenger ?? <span className="t3 font-normal">not enough</span>}</td>
      <td className="num t2">{change ?? ''}</td>
      <td>
        {percent === null ? null : (
          <span className="meter w-10!" style={{ ['--c' as string]: look.colour }} role="img" aria-label={`${percent} % of the limit`}>
            <i style={{ width: `${percent}%` }} />
          </span>
        )}
      </td>
      <td>
        <StatusIcon status={look.status} label={look.word} />
      </td>
    </tr>
  )
}

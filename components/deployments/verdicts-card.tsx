'use client'

import { useState } from 'react'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { StatusIcon } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import { plural } from '#core/words/format'
import { decisionLook, groupVerdicts, type VerdictGroup, type WrittenVerdict } from './prepare-verdicts.ts'

const shownAtFirst = 5

/** What the judge said, as it came: newest first, the reasons in words, runs of "goes on" in one line. */
export function VerdictsCard({ verdicts, isOver }: { verdicts: readonly WrittenVerdict[]; isOver: boolean }) {
  const [showsAll, setShowsAll] = useState(false)
  const groups = groupVerdicts(verdicts)
  const shown = showsAll ? groups : groups.slice(0, shownAtFirst)
  return (
    <Card
      title="Verdicts"
      note={groups.length === 0 ? 'none yet' : 'newest first'}
      end={
        groups.length > shownAtFirst ? (
          <Button kind="quiet" size="sm" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? `Last ${shownAtFirst}` : `All ${groups.length}`}
          </Button>
        ) : null
      }
      bodyClassName="pt-1"
    >
      {groups.length === 0 ? (
        <p className="sm t2">The judge looks every few seconds and writes here what it sees, once both versions have answered.</p>
      ) : (
        <ol className="releases" aria-label="Verdicts">
          {shown.map((group, i) => (
            <VerdictLine key={group.id} group={group} isNewest={i === 0 && !isOver} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function VerdictLine({ group, isNewest }: { group: VerdictGroup; isNewest: boolean }) {
  const { decision, sentence, to, from, count, reasons } = group
  const { status, word } = decisionLook(decision, isNewest)
  return (
    <li>
      <StatusIcon status={status} label={word} />
      <div className="row items-start!">
        <span className="grow break-words">
          <span className="med">{word}.</span> <span className="t2">{sentence}</span>
        </span>
        <span className="sm t3 nowrap">
          <Ago at={to} />
        </span>
      </div>
      {count > 1 ? (
        <p className="sm t3">
          {plural(count, 'verdict')} since <Ago at={from} />
        </p>
      ) : null}
      {decision !== 'continue' && reasons.length > 0 ? (
        <details className="sm">
          <summary className="cursor-pointer t3">{plural(reasons.length, 'figure')} decided</summary>
          <dl>
            {reasons.map(({ name, isHarm, sentence: why }) => (
              <div key={name}>
                <dt className={`inline ${isHarm ? 'bad' : 'good'}`}>{name}: </dt>
                <dd className="inline t2">{why}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </li>
  )
}

'use client'

import { ChevronDown } from 'lucide-react'
import { useId, useState } from 'react'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import { StatusIcon } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import type { DeploymentView } from '#server/releases/views'
import { figureRows, figuresLine, type PastArm, reasonSentence } from './prepare-history.ts'
import { ReasonedButton } from './reasoned-button'
import { armWords, releaseTitle } from './release-words.ts'

const shownAtFirst = 5

type Release = DeploymentView['history'][number]

/** Every release: what, when, who, why, and how it did. Any earlier one can be brought back. */
export function HistoryCard({
  deployment,
  busy,
  onBringBack,
}: {
  deployment: DeploymentView
  busy: boolean
  onBringBack(release: number, reason: string): void
}) {
  const [showsAll, setShowsAll] = useState(false)
  const { history, release: current, task, releases } = deployment
  const shown = showsAll ? history : history.slice(0, shownAtFirst)
  return (
    <Card
      title="History"
      note={`release ${current.number} is in force`}
      end={
        history.length > shownAtFirst ? (
          <Button kind="quiet" size="sm" onClick={() => setShowsAll(!showsAll)}>
            {showsAll
              ? `Last ${shownAtFirst}`
              : releases > history.length
                ? `Last ${history.length} of ${releases}`
                : `All ${history.length}`}
          </Button>
        ) : null
      }
      bodyClassName="pt-1"
    >
      <ol className="releases">
        {shown.map((release, i) => (
          <ReleaseLine
            key={release.number}
            release={release}
            isInForce={release.number === current.number}
            showsConfidence={task !== 'regression' && release.lowConfidence !== history[i + 1]?.lowConfidence}
            busy={busy}
            onBringBack={onBringBack}
          />
        ))}
      </ol>
    </Card>
  )
}

function ReleaseLine({
  release,
  isInForce,
  showsConfidence,
  busy,
  onBringBack,
}: {
  release: Release
  isInForce: boolean
  showsConfidence: boolean
  busy: boolean
  onBringBack(release: number, reason: string): void
}) {
  const refusal = useRefusal('lead')
  const [isOpen, setOpen] = useState(false)
  const detailsId = useId()
  const arms = release.arms
  return (
    <li>
      {isInForce ? <span className="live-dot" role="img" aria-label="in force" /> : <StatusIcon status="done" label="past" />}
      <div className="row">
        <span className="med trunc">{releaseTitle(release)}</span>
        <span className="sm t3 push nowrap">
          <Ago at={release.at} /> by {release.by ?? 'Stageline'}
        </span>
      </div>
      <div className="row sm flex-wrap items-start!">
        <span className="t2 grow basis-[220px]! break-words">
          {reasonSentence(release.reason)}{' '}
          <span className="t3">
            Release {release.number}, {armWords(release.arms)}
            {showsConfidence ? `, low confidence below ${release.lowConfidence.toFixed(2)}` : ''}; {figuresLine(arms)}
          </span>
        </span>
        <span className="row">
          <Button
            kind="quiet"
            size="sm"
            aria-expanded={isOpen}
            aria-controls={detailsId}
            aria-label={`Figures of release ${release.number}`}
            icon={<ChevronDown className={`i s ${isOpen ? 'rotate-180' : ''}`} aria-hidden />}
            onClick={() => setOpen(!isOpen)}
          >
            Figures
          </Button>
          {isInForce ? null : (
            <ReasonedButton
              kind="quiet"
              size="sm"
              refusal={refusal}
              busy={busy}
              reason={`Release ${release.number} brought back from the history`}
              about={`going back to release ${release.number}`}
              onAct={(reason) => onBringBack(release.number, reason)}
            >
              Bring back
            </ReasonedButton>
          )}
        </span>
      </div>
      <div id={detailsId}>{isOpen ? <Figures arms={arms} release={release.number} /> : null}</div>
    </li>
  )
}

function Figures({ arms, release }: { arms: readonly PastArm[]; release: number }) {
  return (
    <ScrollX label={`Figures of release ${release}`}>
      <table className="sm">
        <thead>
          <tr>
            <th>while it was in force</th>
            {arms.map(({ version }, i) => (
              <th key={version} className="num">
                <span className={i === 0 ? 'arm' : 'arm b'}>v{version}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figureRows(arms).map(({ name, values }) => (
            <tr key={name}>
              <td>{name}</td>
              {values.map((value, i) => (
                <td key={arms[i]?.version} className="num">
                  {value ?? <span className="t3">–</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

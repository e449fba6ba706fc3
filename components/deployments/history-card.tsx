'use client'

import { useState } from 'react'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { StatusIcon } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import type { DeploymentView } from '#server/releases/views'
import { armWords, releaseTitle } from './release-words.ts'
import { useRelease } from './use-release.ts'

const shownAtFirst = 5

/** Every release: what, when, who, why. Any earlier one can be brought back. */
export function HistoryCard({ deployment }: { deployment: DeploymentView }) {
  const [showsAll, setShowsAll] = useState(false)
  const refusal = useRefusal('lead')
  const { rollback } = useRelease(deployment.name)
  const { history, release: current } = deployment
  const shown = showsAll ? history : history.slice(0, shownAtFirst)
  return (
    <Card
      title="History"
      note={`release ${current.number} is in force`}
      end={
        history.length > shownAtFirst ? (
          <Button kind="quiet" size="sm" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? `Last ${shownAtFirst}` : `All ${history.length}`}
          </Button>
        ) : null
      }
      bodyClassName="pt-1"
    >
      <ol className="releases">
        {shown.map((release, i) => (
          <li key={release.number}>
            {release.number === current.number ? (
              <span className="live-dot" role="img" aria-label="in force" />
            ) : (
              <StatusIcon status="done" label="past" />
            )}
            <div className="row">
              <span className="med trunc">{releaseTitle(release)}</span>
              <span className="sm t3 push nowrap">
                <Ago at={release.at} /> by {release.by ?? 'Stageline'}
              </span>
            </div>
            <div className="row sm items-start!">
              <span className="t2 grow break-words min-w-0">
                {release.reason ? `${release.reason}. ` : ''}
                <span className="t3">
                  Release {release.number}, {armWords(release.arms)}
                  {deployment.task === 'regression' || release.lowConfidence === history[i + 1]?.lowConfidence
                    ? ''
                    : `, low confidence below ${release.lowConfidence.toFixed(2)}`}
                </span>
              </span>
              {release.number === current.number ? null : (
                <Button
                  kind="quiet"
                  size="sm"
                  refusal={refusal}
                  busy={rollback.isPending}
                  onClick={() => rollback.mutate({ deployment: deployment.name, expected: current.number, to: release.number, reason: '' })}
                >
                  Bring back
                </Button>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  )
}

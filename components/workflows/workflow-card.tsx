'use client'

import { Avatar } from '#components/ui/avatar'
import { Link } from '#components/ui/link'
import { StatusIcon, statusWord } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import { formatDuration, formatNumber, plural } from '#core/words/format'
import type { WorkflowCard } from '#server/workflows/views'
import { GraphPicture } from './graph-picture'

/** One workflow: its picture, its name, its last run, its owner. */
export function WorkflowCardView({ card }: { card: WorkflowCard }) {
  const [deployment, ...more] = card.deployments
  return (
    <Link className="card wf" href={`/workflows/${card.id}`}>
      <div className="pic">
        <GraphPicture picture={card.picture} />
      </div>
      <div className="txt">
        <div className="row">
          <h3 className="semi trunc text-[14px]">{card.name}</h3>
          {deployment === undefined ? (
            <span className="sm t3 push nowrap">not deployed</span>
          ) : (
            <span className="live push" title={card.deployments.join(', ')}>
              {deployment}
              {more.length > 0 ? ` +${more.length}` : ''}
            </span>
          )}
        </div>
        <div className="row sm">
          {card.lastRun ? (
            <>
              <StatusIcon status={card.lastRun.status} />
              <span className="t2 trunc">{runWords(card.lastRun)}</span>
              <span className="t3 push nowrap">
                <Ago at={card.lastRun.at} />
              </span>
            </>
          ) : (
            <>
              <span className="t3">Not run yet</span>
              <span className="t3 push nowrap">
                <Ago at={card.updatedAt} />
              </span>
            </>
          )}
        </div>
        <div className="row foot">
          {card.owner ? <Avatar name={card.owner.name} small /> : null}
          <span className="sm t3">{plural(card.stages, 'stage')}</span>
          {card.figure ? (
            <span className="push row">
              <span className="sm t3">{card.figure.label}</span>
              <span className="semi tabular-nums">
                {typeof card.figure.value === 'number' ? formatNumber(card.figure.value) : card.figure.value}
              </span>
            </span>
          ) : null}
        </div>
      </div>
    </Link>
  )
}

/** "Run 214 failed in 1 stage", "Run 61 done in 48 s", "Run 18, 3 of 5 stages". */
function runWords({ number, status, ms, bad, over, total }: NonNullable<WorkflowCard['lastRun']>): string {
  if (status === 'running' || status === 'queued') return `Run ${number}, ${over} of ${plural(total, 'stage')}`
  if (status === 'waiting') return `Run ${number} waits for a person`
  if (bad > 0) return `Run ${number} ${statusWord(status)} in ${plural(bad, 'stage')}`
  const took = ms === null ? '' : ` in ${formatDuration(ms)}`
  return status === 'cached' ? `Run ${number}, all from the cache` : `Run ${number} ${statusWord(status)}${took}`
}

'use client'

import { Sparkline } from '#components/charts/sparkline'
import { Link } from '#components/ui/link'
import { StatusBadge, StatusIcon } from '#components/ui/status'
import { Ago, useNow } from '#components/ui/time'
import type { DeploymentLine } from '#server/releases/views'
import { healthLook, sparkMinutes, sparkWords } from './prepare-list.ts'
import { rateWords } from './prepare-traffic.ts'
import { releaseTitle, rolloutWords } from './release-words.ts'

/** One deployment: what is live, how a rollout goes, its traffic of half an hour, its health, and what changed last. */
export function DeploymentRow({ deployment }: { deployment: DeploymentLine }) {
  const { name, model, arms, rollout, perSecond, perMinute, createdAt, health, release, releasedAt, releasedBy } = deployment
  const now = useNow()
  const look = healthLook(health.state)
  return (
    <tr>
      <td data-cell="name">
        <Link className="med" href={`/deployments/${name}`}>
          {name}
        </Link>
        <Link className="sm t3 block" href={`/models/${model}`}>
          {model}
        </Link>
      </td>
      <td data-cell="live">
        <span className="row wide">
          {arms.map((arm, i) => (
            <span key={arm.versionId} className={i === 0 ? 'arm' : 'arm b'}>
              v{arm.version} <span className="t3">{arm.weight} %</span>
            </span>
          ))}
        </span>
      </td>
      <td data-cell="rollout">
        {rollout ? (
          <span title={rollout.sentence}>
            <StatusBadge status={rollout.status === 'running' ? 'running' : 'waiting'}>{rolloutWords(rollout)}</StatusBadge>
          </span>
        ) : (
          <span className="t3 none">–</span>
        )}
      </td>
      <td data-cell="traffic">
        <span className="row justify-end">
          <span role="img" aria-label={sparkWords(perMinute)} title={sparkWords(perMinute)}>
            <Sparkline values={sparkMinutes(perMinute, createdAt, new Date(now))} width={90} />
          </span>
          <span className="num min-w-[76px]!">
            {rateWords(perSecond)} <span className="t3">per s</span>
          </span>
        </span>
      </td>
      <td data-cell="health" title={health.sentence}>
        <span className="row tight">
          <StatusIcon status={look.status} label={null} />
          {look.word}
        </span>
        <span className="sm t3 block trunc max-w-[220px]!">{health.sentence}</span>
      </td>
      <td data-cell="change">
        <span className="block trunc max-w-[260px]!">
          {release}, {lowerFirst(releaseTitle(deployment))}
        </span>
        <span className="sm t3 block">
          <Ago at={releasedAt} /> by {releasedBy ?? 'Stageline'}
        </span>
      </td>
    </tr>
  )
}

function lowerFirst(text: string): string {
  return /^v\d/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)
}

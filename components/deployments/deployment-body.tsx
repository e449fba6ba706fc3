'use client'

import { StatusIcon } from '#components/ui/status'
import { policyInWords } from '#core/releases/judge'
import type { SignalVerdict } from '#core/releases/measured'
import type { Strategy } from '#core/releases/strategy'
import type { DeploymentView, RolloutView } from '#server/releases/views'
import { ArmCharts } from './arm-charts'
import { DeploymentSettings } from './deployment-settings'
import { EdgeCard } from './edge-card'
import { GuardCard } from './guard-card'
import { HistoryCard } from './history-card'
import { bannerOf, besideOf, newestVerdict, planOf, roleOf, underWay, whyFixed } from './prepare-rollout.ts'
import { forceWords } from './release-words.ts'
import { RequestsCard } from './requests-card'
import { fallbackSentence } from './settings-words.ts'
import { judgeSentence } from './strategy-words.ts'
import { TrafficCard } from './traffic-card'
import { UseItCard } from './use-it-card'
import { useRelease } from './use-release.ts'
import { VerdictBanner } from './verdict-banner'
import { VerdictsCard } from './verdicts-card'

const twoColumns = { gridTemplateColumns: 'minmax(0, 1.25fr) minmax(0, 1fr)' }
const halves = { gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)' }

type Acts = ReturnType<typeof useRelease>

/** All of a deployment below its head: what goes on, the traffic and its limits, the figures, the past, and how to call it. */
export function DeploymentBody({ deployment }: { deployment: DeploymentView }) {
  const acts = useRelease(deployment.name)
  const trouble = forceWords(deployment)
  const { rollout, verdicts } = deployment
  const signals = newestVerdict(deployment)?.signals ?? []
  const history = (
    <HistoryCard
      deployment={deployment}
      busy={acts.isBusy}
      onBringBack={(to, reason) => acts.rollback({ deployment: deployment.name, expected: deployment.release.number, to, reason })}
    />
  )
  return (
    <>
      {trouble ? (
        <div className="banner mb-3" data-st={trouble.status} role="status">
          <StatusIcon status={trouble.status} />
          <span>{trouble.sentence}</span>
        </div>
      ) : null}
      <RequestsCard
        requests={deployment.requests}
        busy={acts.isBusy}
        onApprove={(id, note) => acts.approve({ id, note })}
        onRefuse={(id, note) => acts.refuse({ id, note })}
        onWithdraw={(id) => acts.withdraw({ id, note: '' })}
      />
      <Rollout deployment={deployment} acts={acts} />
      <div className="grid" style={twoColumns}>
        <Traffic deployment={deployment} acts={acts} />
        {rollout ? <Guard rollout={rollout} signals={signals} /> : history}
      </div>
      <ArmCharts deployment={deployment} signals={underWay(deployment) ? signals : []} />
      {rollout ? (
        <div className="grid mt-3" style={halves}>
          <VerdictsCard verdicts={verdicts} isOver={rollout.endedAt !== null} />
          {history}
        </div>
      ) : null}
      <div className="grid mt-3 items-start!" style={twoColumns}>
        <UseItCard deployment={deployment} />
        <div className="col gap-3!">
          <DeploymentSettings deployment={deployment} acts={acts} />
          <EdgeCard deployment={deployment.name} champion={deployment.arms[0]?.version ?? 0} />
        </div>
      </div>
    </>
  )
}

/** What the judge says, or that nobody judges, with the buttons. */
function Rollout({ deployment, acts }: { deployment: DeploymentView; acts: Acts }) {
  const told = bannerOf(deployment)
  if (!told) return null
  const change = (reason: string) => ({ deployment: deployment.name, expected: deployment.release.number, reason })
  return (
    <VerdictBanner
      {...told}
      isAsking={told.rollout?.status === 'asking'}
      busy={acts.isBusy}
      onAct={(act, reason) => acts[act](change(reason))}
    />
  )
}

function Traffic({ deployment, acts }: { deployment: DeploymentView; acts: Acts }) {
  const { arms, windowMinutes, settings, versions, name, release } = deployment
  const going = underWay(deployment)
  const nameOf = (versionId: string) => `v${versions.find(({ id }) => id === versionId)?.number ?? '?'}`
  const change = { deployment: name, expected: release.number }
  return (
    <TrafficCard
      arms={arms.map((arm, i) => ({ ...arm, role: roleOf(deployment, arm.versionId, i) }))}
      beside={besideOf(deployment)}
      windowMinutes={windowMinutes}
      plan={planOf(deployment)}
      automatic={going && (going.strategy.kind === 'canary' || going.strategy.kind === 'blue-green') ? going.automatic : null}
      fallback={fallbackSentence(settings, nameOf)}
      fixed={whyFixed(deployment)}
      busy={acts.isBusy}
      onShare={(share, reason, onDone) => acts.setShare({ ...change, share, reason }, onDone)}
      onAutomatic={(automatic) =>
        acts.setAutomatic({ ...change, automatic, reason: automatic ? 'It steps by itself' : 'People press the buttons' })
      }
    />
  )
}

function methodOf(strategy: Strategy): { short: string; whole: string } {
  if (!('judge' in strategy)) return { short: 'Nobody judges a version that takes all traffic at once.', whole: '' }
  return {
    short: judgeSentence(strategy.judge),
    whole: policyInWords(strategy.judge),
  }
}

function Guard({ rollout, signals }: { rollout: RolloutView; signals: readonly SignalVerdict[] }) {
  const { strategy, champion, challenger } = rollout
  return (
    <GuardCard
      signals={signals}
      champion={champion}
      challenger={challenger}
      empty="No verdict yet: the judge begins when both versions have answered. Send test traffic to see it work."
      method={methodOf(strategy)}
    />
  )
}

import type { Verdict } from '#core/releases/measured'
import { formatNumber, formatShare } from '#core/words/format'
import type { DeploymentView } from '#server/releases/views'
import { type BannerInput, prepareBanner } from './prepare-banner.ts'
import type { StepPlan } from './prepare-steps.ts'
import type { BesideView } from './traffic-picture'

type Rollout = NonNullable<DeploymentView['rollout']>
export type RolloutUnderWay = Rollout & { status: 'running' | 'held' | 'asking' }

/** The rollout that still goes on, or null. */
export function underWay({ rollout }: Pick<DeploymentView, 'rollout'>): RolloutUnderWay | null {
  if (!rollout || rollout.endedAt !== null) return null
  const { status } = rollout
  return status === 'running' || status === 'held' || status === 'asking' ? { ...rollout, status } : null
}

/** What the judge said last: the rollout's own is refreshed in place, the list only grows when it says something new. */
export function newestVerdict({ rollout, verdicts }: Pick<DeploymentView, 'rollout' | 'verdicts'>): Verdict | null {
  return rollout ? (rollout.verdict ?? verdicts[0]?.verdict ?? null) : null
}

/** The steps of a canary under way, with the shares as they were set; null for every other rollout. */
export function planOf({ rollout, history }: Pick<DeploymentView, 'rollout' | 'history'>): StepPlan | null {
  const going = underWay({ rollout })
  if (going?.strategy.kind !== 'canary') return null
  const changes = history.flatMap(({ rolloutId, at, arms }) => {
    const arm = arms.find(({ versionId }) => versionId === going.challengerId)
    return rolloutId === going.id && arm ? [{ share: arm.weight, at }] : []
  })
  return {
    steps: going.steps,
    step: going.step,
    since: going.stepSince,
    answers: going.challengerAnswers,
    status: going.status,
    automatic: going.automatic,
    changes: changes.sort((a, b) => a.at.getTime() - b.at.getTime()),
  }
}

/** What stands beside the arms in the picture: the shadow with its figures, and what waits loaded. */
export function besideOf({ shadow, standby, rollout }: Pick<DeploymentView, 'shadow' | 'standby' | 'rollout'>): BesideView[] {
  const going = underWay({ rollout })
  const partOf = (versionId: string) =>
    versionId === going?.challengerId ? ('challenger' as const) : versionId === going?.championId ? ('champion' as const) : null
  return [
    ...(shadow
      ? [
          {
            kind: 'shadow' as const,
            versionId: shadow.versionId,
            version: shadow.version,
            role: partOf(shadow.versionId),
            does: `copies of ${shadow.share} % of the requests`,
            figures: shadowFigures(shadow),
          },
        ]
      : []),
    ...standby.map(({ versionId, version }) => ({
      kind: 'standby' as const,
      versionId,
      version,
      role: partOf(versionId),
      does: 'loaded, no traffic',
      figures: 'takes over within 5 s',
    })),
  ]
}

/** What the banner says of a rollout or of a split by hand; null when one version serves and nothing goes on. */
export function bannerOf(deployment: Pick<DeploymentView, 'rollout' | 'verdicts' | 'arms' | 'shadow'>) {
  const { rollout, arms, shadow } = deployment
  const [champion, challenger] = arms
  if (!champion || (!rollout && !challenger)) return null
  const input: BannerInput = {
    rollout: rollout && {
      status: rollout.status,
      kind: rollout.strategy.kind,
      automatic: rollout.automatic,
      sentence: rollout.sentence,
    },
    verdict: newestVerdict(deployment),
    challenger: rollout?.challenger ?? challenger?.version ?? 0,
    champion: rollout?.champion ?? champion.version,
    share: arms.find(({ versionId }) => versionId === rollout?.challengerId)?.weight ?? challenger?.weight ?? shadow?.share ?? 100,
  }
  return { banner: prepareBanner(input), ...input }
}

/** Champion or challenger: of a rollout under way as it says, whatever the order of the routes; of a split by hand by their order. */
export function roleOf({ rollout }: Pick<DeploymentView, 'rollout'>, versionId: string, place: number): 'champion' | 'challenger' {
  const going = underWay({ rollout })
  if (going) return versionId === going.challengerId ? 'challenger' : 'champion'
  return place === 0 ? 'champion' : 'challenger'
}

/** Whose figures are drawn: both versions of a rollout under way, also while one of them has no traffic, or the arms as they are. */
export function chartedOf({
  rollout,
  arms,
}: Pick<DeploymentView, 'rollout' | 'arms'>): { versionId: string; version: number; isShadow: boolean }[] {
  const going = underWay({ rollout })
  if (!going) return arms.map(({ versionId, version }) => ({ versionId, version, isShadow: false }))
  return [
    { versionId: going.championId, version: going.champion, isShadow: false },
    { versionId: going.challengerId, version: going.challenger, isShadow: going.strategy.kind === 'shadow' },
  ]
}

/** Why the share cannot be moved by hand now; null when it can. */
export function whyFixed({ rollout }: Pick<DeploymentView, 'rollout'>): string | null {
  switch (underWay({ rollout })?.strategy.kind) {
    case 'bandit':
      return 'The bandit moves the traffic by itself. Promote one of the versions or roll back to end it.'
    case 'ab':
      return 'An A/B test keeps its split until it ends. Promote one of the versions or roll back to end it.'
    default:
      return null
  }
}

function shadowFigures({ compared, disagreed, p99Ms }: NonNullable<DeploymentView['shadow']>): string {
  const parts = [
    compared > 0 ? `${formatShare(disagreed / compared)} of ${formatNumber(compared)} differ` : 'nothing compared yet',
    ...(p99Ms === null ? [] : [`p99 ${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms`]),
  ]
  return parts.join(', ')
}

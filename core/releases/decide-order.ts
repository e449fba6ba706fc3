import { AppError } from '#core/errors/app-error'
import {
  baseOf,
  type NextRelease,
  newest,
  nextAfterDeploy,
  nextAfterPromote,
  nextAfterRollback,
  nextAfterSettings,
  nextAfterShare,
  type PastRelease,
  refuseOwnChallenger,
  type Serving,
} from './next-release'
import type { ReleaseOrder } from './order'
import {
  checkStrategy,
  isAutomatic,
  type RolloutNow,
  type RolloutStatus,
  type RolloutStrategy,
  rolloutRelease,
  stepOfShare,
} from './rollout'
import { versionsOf } from './settings'

/** A rollout under way, as an order meets it. */
export type OpenRollout = RolloutNow & { championId: string; challengerId: string }

/** What becomes of the rollout under way. */
export type RolloutChange = Pick<RolloutNow, 'step' | 'strategy' | 'sentence'> & {
  status: RolloutStatus
  /** The step begins anew now. */
  restarts: boolean
}

export type Decided = {
  /** Null when nothing is released. */
  next: NextRelease | null
  /** The rollout that begins with `next`. */
  starts: { strategy: RolloutStrategy; championId: string; challengerId: string } | null
  changes: RolloutChange | null
}

/** What an order does to the releases and the rollout of a deployment. Pure: the caller completes and writes it. `by` is who gave it. */
export function decideOrder(
  order: ReleaseOrder,
  { releases, rollout, by }: { releases: readonly PastRelease[]; rollout: OpenRollout | null; by: string },
): Decided {
  const why = order.reason === '' ? '.' : `: ${order.reason}`
  const end = (status: RolloutStatus, sentence: string): RolloutChange | null =>
    rollout && { ...placeOf(rollout), status, sentence, restarts: false }
  const released = (next: NextRelease, changes: RolloutChange | null): Decided => ({ next, starts: null, changes })
  switch (order.kind) {
    case 'deploy':
      return decideDeploy(order, { releases, rollout, by })
    case 'share':
      return decideShare(order, { releases, rollout, by })
    case 'promote':
      return released(nextAfterPromote(releases, rollout?.challengerId), end('promoted', `${by} promoted it${why}`))
    case 'rollback':
      return released(nextAfterRollback(releases, order.to), end('rolled-back', `${by} rolled back${why}`))
    case 'hold': {
      const open = underWay(rollout)
      if (open.status === 'held') throw new AppError('conflict', { detail: 'The rollout is held already.' })
      return moved({ ...placeOf(open), status: 'held', sentence: `${by} holds it${why}`, restarts: false })
    }
    case 'resume': {
      const open = underWay(rollout)
      if (open.status === 'running') throw new AppError('conflict', { detail: 'The rollout goes on already.' })
      return moved({ ...placeOf(open), status: 'running', sentence: `${by} lets it go on${why}`, restarts: true })
    }
    case 'automatic': {
      const open = underWay(rollout)
      const { strategy } = open
      if (strategy.kind !== 'canary' && strategy.kind !== 'blue-green') {
        throw new AppError('conflict', { detail: 'Only a canary and a blue/green release can be left to people altogether.' })
      }
      const sentence = order.automatic ? `${by} lets it move by itself${why}` : `${by} decides every step from now on${why}`
      return moved({ ...placeOf(open), strategy: { ...strategy, automatic: order.automatic }, sentence, restarts: false })
    }
    case 'settings': {
      if (rollout) {
        throw new AppError('conflict', {
          detail:
            'A rollout is under way, and its figures would mean something else under other settings. Promote it or roll it back first.',
        })
      }
      return released(nextAfterSettings(releases, order), null)
    }
  }
}

/** Whether a release gives traffic to what had none or less of it: then a deployment with four eyes asks a second person. */
export function needsSecondPerson(current: Serving | null, next: NextRelease): boolean {
  if (next.kind === 'rollback') return false
  if (!current) return true
  const champion = current.routes[0]?.versionId
  const weightOf = (serving: Serving, versionId: string) => serving.routes.find((route) => route.versionId === versionId)?.weight ?? 0
  const grows = next.routes.some(({ versionId, weight }) => versionId !== champion && weight > weightOf(current, versionId))
  const named = versionsOf(current)
  return grows || versionsOf(next).some((versionId) => !named.includes(versionId))
}

function decideDeploy(
  order: Extract<ReleaseOrder, { kind: 'deploy' }>,
  { releases, rollout, by }: { releases: readonly PastRelease[]; rollout: OpenRollout | null; by: string },
): Decided {
  const { versionId, strategy, share } = order
  if (strategy && share !== undefined) {
    throw new AppError('bad_input', { detail: 'Give a strategy or a share, not both: a share alone is a split that nobody judges.' })
  }
  const championId = newest(releases)?.routes[0]?.versionId
  const changes: RolloutChange | null = rollout && {
    ...placeOf(rollout),
    status: 'ended',
    sentence: `${by} deployed something else.`,
    restarts: false,
  }
  if (!strategy || strategy.kind === 'all-at-once' || championId === undefined) {
    const next = nextAfterDeploy(releases, { versionId, share: share ?? 100, wish: order })
    const isAlone = rollout && next.routes.length === 1
    if (isAlone && versionId === rollout.challengerId) {
      return { next, starts: null, changes: changes && { ...changes, status: 'promoted', sentence: `${by} gave it all traffic.` } }
    }
    if (isAlone && versionId === rollout.championId) {
      return {
        next,
        starts: null,
        changes: changes && { ...changes, status: 'rolled-back', sentence: `${by} gave the champion all traffic.` },
      }
    }
    return { next, starts: null, changes }
  }
  checkStrategy(strategy)
  refuseOwnChallenger(championId, versionId)
  const starts = { strategy, championId, challengerId: versionId }
  return { next: rolloutRelease(strategy, 0, { ...starts, base: baseOf(releases, order) }), starts, changes }
}

function decideShare(
  { share }: Extract<ReleaseOrder, { kind: 'share' }>,
  { releases, rollout, by }: { releases: readonly PastRelease[]; rollout: OpenRollout | null; by: string },
): Decided {
  if (!rollout) return { next: nextAfterShare(releases, share), starts: null, changes: null }
  const end = (status: RolloutStatus, sentence: string) => ({ ...placeOf(rollout), status, sentence, restarts: false })
  if (share === 0) {
    return { next: nextAfterRollback(releases), starts: null, changes: end('rolled-back', `${by} took its traffic away.`) }
  }
  if (share === 100) {
    return { next: nextAfterPromote(releases, rollout.challengerId), starts: null, changes: end('promoted', `${by} gave it all traffic.`) }
  }
  if (rollout.strategy.kind === 'bandit') {
    throw new AppError('conflict', {
      detail: 'A bandit sets the shares by what outcomes say. Promote the challenger, or roll back, to set them yourself.',
    })
  }
  const next = nextAfterShare(releases, share)
  const isByHand = !isAutomatic(rollout.strategy)
  return {
    next,
    starts: null,
    changes: {
      ...placeOf(rollout),
      status: isByHand ? rollout.status : 'held',
      step: stepOfShare(rollout.strategy, share),
      sentence: `${by} set the share to ${share} %${isByHand ? '.' : ', so it does not move by itself until somebody resumes it.'}`,
      restarts: true,
    },
  }
}

const moved = (changes: RolloutChange): Decided => ({ next: null, starts: null, changes })

function underWay(rollout: OpenRollout | null): OpenRollout {
  if (!rollout) throw new AppError('conflict', { detail: 'No rollout is under way here any more. Look at what is live now.' })
  return rollout
}

function placeOf({ status, step, strategy }: OpenRollout): Pick<RolloutChange, 'status' | 'step' | 'strategy'> {
  return { status, step, strategy }
}

import { AppError } from '#core/errors/app-error'
import type { OpenRollout } from '#core/releases/decide-order'
import type { RolloutStrategy } from '#core/releases/rollout'
import { strategySchema } from '#core/releases/strategy'
import type { Rollout } from '#db/queries/rollouts'

/** A stored rollout as the deciders read it. One that has ended counts as running: only rollouts under way are decided on. */
export function rolloutNow(row: Rollout): OpenRollout {
  const { status, step, stepSince, sentence, championId, challengerId } = row
  return {
    strategy: strategyOf(row),
    status: status === 'held' || status === 'asking' ? status : 'running',
    step,
    stepSinceMs: stepSince.getTime(),
    sentence,
    championId,
    challengerId,
  }
}

/** The strategy of a rollout, with what did not exist when it began. */
export function strategyOf({ strategy }: Pick<Rollout, 'strategy'>): RolloutStrategy {
  const parsed = strategySchema.parse(strategy)
  if (parsed.kind === 'all-at-once') throw new AppError('bug')
  return parsed
}

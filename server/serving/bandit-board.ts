import { type ArmStatistics, armStatistics } from '#core/releases/bandit'
import type { Db } from '#db/client'
import { listArmOutcomes } from '#db/queries/arm-outcomes'
import type { LiveRelease } from './release-board'

/** What outcomes say of the arms of bandits: read now and then, known from memory when a request comes. */
export type BanditBoard = {
  /** In the order of the routes; null until something is known, and then weights choose. */
  armsOf(release: LiveRelease): readonly ArmStatistics[] | null
  /** Reads again what is older than some seconds. What the database does not say now stays as it was. */
  refresh(releases: readonly LiveRelease[], nowMs: number): Promise<void>
}

const everyMs = 5_000

type Known = { number: number; arms: readonly ArmStatistics[] | null }

/** Knows nothing yet. */
export function openBanditBoard(db: Db): BanditBoard {
  let known: ReadonlyMap<string, Known> = new Map()
  let readAt = Number.NEGATIVE_INFINITY

  return {
    armsOf({ deploymentId, number }) {
      const arms = known.get(deploymentId)
      // Another release may have other arms, or the same in another order.
      return arms?.number === number ? arms.arms : null
    },
    async refresh(releases, nowMs) {
      const bandits = releases.filter(({ settings }) => settings.assignment.kind === 'bandit')
      const isNew = bandits.some(({ deploymentId, number }) => known.get(deploymentId)?.number !== number)
      if (bandits.length === 0 || (!isNew && nowMs - readAt < everyMs)) return
      readAt = nowMs
      const outcomes = await listArmOutcomes(db, { deploymentIds: bandits.map((bandit) => bandit.deploymentId), now: new Date(nowMs) })
      known = new Map(
        bandits.map((bandit) => [
          bandit.deploymentId,
          armsOf(
            bandit,
            outcomes.filter(({ deploymentId }) => deploymentId === bandit.deploymentId),
          ),
        ]),
      )
    },
  }
}

function armsOf({ number, models, settings: { assignment } }: LiveRelease, outcomes: Awaited<ReturnType<typeof listArmOutcomes>>): Known {
  if (assignment.kind !== 'bandit') return { number, arms: null }
  const versionIds = models.map(({ versionId }) => versionId)
  const arms = armStatistics(assignment, versionIds, outcomes)
  // Weights are where a bandit begins.
  return { number, arms: arms.some(({ n }) => n > 0) ? arms : null }
}

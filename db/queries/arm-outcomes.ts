import { desc, inArray, sql } from 'drizzle-orm'
import type { Moments } from '#core/releases/measured'
import type { Db } from '#db/client'
import { releases } from '#db/schema/releases'
import { sumOutcomes } from './outcomes'

/** What outcomes said of one arm of a bandit. */
export type ArmOutcomes = {
  deploymentId: string
  versionId: string
  /** Outcomes that say whether the answer was right, and those that say it was. */
  n: number
  correct: number
  /** Business figures by name. */
  figures: Record<string, Moments>
}

const dayMs = 86_400_000

/**
 * Outcomes of the answers that each bandit's versions gave themselves, since its first release: since its deployment has had
 * bandits without a break. Cheap enough for every few seconds: its cost is that of the outcomes that came since.
 */
export async function listArmOutcomes(
  db: Db,
  { deploymentIds, now }: { deploymentIds: readonly string[]; now: Date },
): Promise<ArmOutcomes[]> {
  const begun = await listBanditBeginnings(db, deploymentIds)
  const found: ArmOutcomes[] = []
  for (const { deploymentId, number, at } of begun) {
    const sums = await sumOutcomes(db, { deploymentId, fromMs: at.getTime(), toMs: now.getTime() + dayMs, includesTest: true })
    const arms = new Map<string, ArmOutcomes>()
    for (const { versionId, release, isFallback, name, n, correct, sum, squares } of sums) {
      if (isFallback || release < number) continue
      const arm = arms.get(versionId) ?? { deploymentId, versionId, n: 0, correct: 0, figures: Object.create(null) }
      arms.set(versionId, arm)
      if (name === 'truth') {
        arm.n += n
        arm.correct += correct
      } else {
        const known = arm.figures[name] ?? { n: 0, sum: 0, squares: 0 }
        arm.figures[name] = { n: known.n + n, sum: known.sum + sum, squares: known.squares + squares }
      }
    }
    found.push(...arms.values())
  }
  return found
}

/** Number and time of the first release of the unbroken line of bandits up to the newest release of each deployment. */
async function listBanditBeginnings(db: Db, deploymentIds: readonly string[]) {
  if (deploymentIds.length === 0) return []
  const rows = await db
    .select({
      deploymentId: releases.deploymentId,
      number: releases.number,
      at: releases.createdAt,
      isBandit: sql<boolean>`coalesce(${releases.settings}->'assignment'->>'kind' = 'bandit', false)`,
    })
    .from(releases)
    .where(inArray(releases.deploymentId, [...deploymentIds]))
    .orderBy(desc(releases.number))
  return deploymentIds.flatMap((deploymentId) => {
    const own = rows.filter((row) => row.deploymentId === deploymentId)
    const end = own.findIndex(({ isBandit }) => !isBandit)
    const first = own[(end < 0 ? own.length : end) - 1]
    return first ? [first] : []
  })
}

import { addCounts, confidenceUnit, type Rollup, sumRollups } from '#core/monitor/rollup'
import type { ArmMeasured, Measured, Moments } from '#core/releases/measured'
import { totalOf } from '#core/stats/shares'
import type { Db } from '#db/client'
import { type OutcomeSum, sumOutcomes } from '#db/queries/outcomes'
import { type ArmRow, listArmRows } from '#db/queries/release-figures'
import type { Rollout } from '#db/queries/rollouts'

export type ToMeasure = Pick<Rollout, 'deploymentId' | 'championId' | 'challengerId' | 'firstRelease' | 'release' | 'createdAt'> & {
  kind: 'canary' | 'blue-green' | 'shadow' | 'ab' | 'bandit'
  /** All that either version may answer: a class that nobody got counts as none. */
  classes: readonly string[]
  /** When a blue/green rollout gave the new version all traffic; null before, and of the others. */
  switchedAt: Date | null
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** Stretches up to here are read by the minute. */
const minutesUpToMs = 3 * 60 * minuteMs

/**
 * What was measured of both arms in each step of a rollout, one after the other; test traffic counts too. Traffic belongs to the
 * release that sent it there, so that the arms of one step are compared under the same share.
 */
export async function measureSteps(db: Db, rollout: ToMeasure, now: Date): Promise<Measured[]> {
  if (rollout.kind === 'blue-green') return measureSwitch(db, rollout, now)
  const { deploymentId, championId, challengerId, firstRelease, release, createdAt } = rollout
  const versionIds = [championId, challengerId]
  const rows = await listArmRows(db, {
    deploymentId,
    versionIds,
    fromRelease: firstRelease,
    toRelease: release,
    fromMs: createdAt.getTime(),
    source: 'hour',
  })
  const outcomes = await sumOutcomes(db, {
    deploymentId,
    versionIds,
    fromMs: createdAt.getTime(),
    toMs: now.getTime() + dayMs,
    includesTest: true,
  })
  const isOf = (step: number, versionId: string, shadow: boolean) => (row: ArmRow) =>
    row.release === step && row.versionId === versionId && row.shadow === shadow
  const armOf = (step: number, versionId: string, shadow: boolean) =>
    arm(
      rows.filter(isOf(step, versionId, shadow)),
      shadow ? [] : outcomes.filter((sum) => sum.release === step && sum.versionId === versionId),
      rollout.classes,
    )
  const steps = [...new Set(rows.map((row) => row.release))].sort((a, b) => a - b)
  return steps.map((step) => ({
    champion: armOf(step, championId, false),
    challenger: armOf(step, challengerId, rollout.kind === 'shadow'),
  }))
}

/** The new colour since the switch against the old one in as long a time before it. */
async function measureSwitch(db: Db, rollout: ToMeasure, now: Date): Promise<Measured[]> {
  const { deploymentId, championId, challengerId, firstRelease, release, switchedAt } = rollout
  if (!switchedAt) return []
  const elapsedMs = Math.max(minuteMs, now.getTime() - switchedAt.getTime())
  const source = elapsedMs <= minutesUpToMs ? 'minute' : 'hour'
  const fromMs = Math.floor((switchedAt.getTime() - elapsedMs) / minuteMs) * minuteMs
  const before = await listArmRows(db, {
    deploymentId,
    versionIds: [championId],
    fromRelease: 0,
    toRelease: firstRelease,
    fromMs,
    toMs: switchedAt.getTime() + minuteMs,
    source,
  })
  const after = await listArmRows(db, {
    deploymentId,
    versionIds: [challengerId],
    fromRelease: firstRelease + 1,
    toRelease: release,
    fromMs: switchedAt.getTime() - minuteMs,
    source: 'hour',
  })
  const common = { deploymentId, includesTest: true }
  const truthBefore = await sumOutcomes(db, { ...common, versionIds: [championId], fromMs, toMs: switchedAt.getTime() })
  const truthAfter = await sumOutcomes(db, {
    ...common,
    versionIds: [challengerId],
    fromMs: switchedAt.getTime(),
    toMs: now.getTime() + dayMs,
  })
  const answered = (rows: readonly ArmRow[]) => rows.filter(({ shadow }) => !shadow)
  return [
    {
      champion: arm(answered(before), truthBefore, rollout.classes),
      challenger: arm(
        answered(after),
        truthAfter.filter((sum) => sum.release > firstRelease),
        rollout.classes,
      ),
    },
  ]
}

/** One arm from its roll-ups and the outcomes of what it answered itself. */
function arm(rows: readonly { figures: Rollup }[], outcomes: readonly OutcomeSum[], classes: readonly string[]): ArmMeasured {
  const figures = sumRollups(rows.map((row) => row.figures))
  const counts: Record<string, number> = Object.create(null)
  for (const name of [...classes, ...Object.keys(figures.classes)]) counts[name] = 0
  for (const [name, n] of Object.entries(figures.classes)) counts[name] = n
  const latency: number[] = []
  addCounts(latency, figures.latency)
  const own = outcomes.filter(({ isFallback }) => !isFallback)
  const truth = own.filter(({ name }) => name === 'truth')
  return {
    requests: figures.requests,
    // A request that failed over and failed there too is one failure.
    failures: Math.min(figures.requests, figures.errors + figures.failovers),
    latency,
    classes: counts,
    confidence: {
      n: totalOf(figures.confidence),
      sum: figures.confidenceSum / confidenceUnit,
      squares: figures.confidenceSquares / confidenceUnit,
    },
    lowConfidence: figures.lowConfidence,
    compared: figures.compared,
    disagreed: figures.disagreed,
    outcomes: { n: sum(truth, 'n'), correct: sum(truth, 'correct') },
    business: businessOf(own.filter(({ name }) => name !== 'truth')),
  }
}

function businessOf(sums: readonly OutcomeSum[]): Record<string, Moments> {
  const business: Record<string, Moments> = Object.create(null)
  for (const name of new Set(sums.map((each) => each.name))) {
    const own = sums.filter((each) => each.name === name)
    business[name] = { n: sum(own, 'n'), sum: sum(own, 'sum'), squares: sum(own, 'squares') }
  }
  return business
}

function sum(sums: readonly OutcomeSum[], figure: 'n' | 'correct' | 'sum' | 'squares'): number {
  return sums.reduce((total, each) => total + Number(each[figure]), 0)
}

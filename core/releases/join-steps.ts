import { addCounts } from '#core/monitor/rollup'
import type { ArmMeasured, Measured, Moments } from './measured'

/** An arm without any traffic. */
export const emptyArm: ArmMeasured = {
  requests: 0,
  failures: 0,
  latency: [],
  classes: {},
  confidence: { n: 0, sum: 0, squares: 0 },
  lowConfidence: 0,
  compared: 0,
  disagreed: 0,
  outcomes: { n: 0, correct: 0 },
  business: {},
}

/** Few requests say little about how a step was shared out: so many are added to both arms before the shares are compared. */
const asIf = 20

/**
 * What was measured in the steps of a rollout, one after the other, joined so that both arms hold the same mix of steps.
 * While the challenger's share rises, its plain sum holds more of the late traffic than the champion's: trouble from outside
 * that comes late would look like the challenger's. So the champion's counts are scaled step by step, never above what was
 * counted, until the proportions are the challenger's. Steps in which one arm had no traffic compare nothing and are left
 * out, unless there are no others.
 */
export function joinSteps(steps: readonly Measured[]): Measured {
  const shared = steps.filter(({ champion, challenger }) => champion.requests > 0 && challenger.requests > 0)
  const used = shared.length > 0 ? shared : steps
  const ratios = used.map(({ champion, challenger }) => (challenger.requests + asIf) / (champion.requests + asIf))
  const most = Math.max(...ratios)
  return {
    champion: sumArms(used.map(({ champion }, i) => ({ arm: champion, weight: used.length === 1 ? 1 : (ratios[i] ?? 0) / most }))),
    challenger: sumArms(used.map(({ challenger }) => ({ arm: challenger, weight: 1 }))),
  }
}

function sumArms(parts: readonly { arm: ArmMeasured; weight: number }[]): ArmMeasured {
  const sum = (figure: (arm: ArmMeasured) => number) => parts.reduce((total, { arm, weight }) => total + weight * figure(arm), 0)
  const moments = (figure: (arm: ArmMeasured) => Moments | undefined): Moments => ({
    n: sum((arm) => figure(arm)?.n ?? 0),
    sum: sum((arm) => figure(arm)?.sum ?? 0),
    squares: sum((arm) => figure(arm)?.squares ?? 0),
  })
  const names = (record: (arm: ArmMeasured) => object) => [...new Set(parts.flatMap(({ arm }) => Object.keys(record(arm))))]
  const latency: number[] = []
  for (const { arm, weight } of parts)
    addCounts(
      latency,
      arm.latency.map((count) => count * weight),
    )
  return {
    requests: sum((arm) => arm.requests),
    failures: sum((arm) => arm.failures),
    latency,
    classes: Object.fromEntries(names((arm) => arm.classes).map((name) => [name, sum((arm) => own(arm.classes, name) ?? 0)])),
    confidence: moments((arm) => arm.confidence),
    lowConfidence: sum((arm) => arm.lowConfidence),
    compared: sum((arm) => arm.compared),
    disagreed: sum((arm) => arm.disagreed),
    outcomes: { n: sum((arm) => arm.outcomes.n), correct: sum((arm) => arm.outcomes.correct) },
    business: Object.fromEntries(names((arm) => arm.business).map((name) => [name, moments((arm) => own(arm.business, name))])),
  }
}

/** Looks at own entries only: a class may be called `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

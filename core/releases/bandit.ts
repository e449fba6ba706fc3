import type { Moments } from './measured'
import type { Assignment } from './settings'

/** A bandit's assignment. */
export type Bandit = Extract<Assignment, { kind: 'bandit' }>

/** The rewards of one arm so far: of `correct`, 1 for each right answer. */
export type ArmStatistics = { n: number; sum: number; squares: number }

/**
 * The arm that the next request goes to. Pure: `random` is uniform in [0, 1).
 *
 * epsilon-greedy: by chance any arm in a share `epsilon` of the requests, else the one with the best mean; an arm without
 * rewards comes first. Thompson (Thompson 1933; Chapelle and Li 2011): a draw from what is believed of each arm's mean, the
 * largest wins; the belief is Beta(1 + right, 1 + wrong) for right and wrong, a normal around the mean for figures.
 */
export function chooseArm({ method, epsilon, reward }: Bandit, arms: readonly ArmStatistics[], random: () => number): number {
  if (arms.length < 2) return 0
  if (method === 'epsilon-greedy') {
    if (random() < epsilon) return Math.min(arms.length - 1, Math.floor(random() * arms.length))
    return largestAt(arms.map(({ n, sum }) => (n === 0 ? Number.POSITIVE_INFINITY : sum / n)))
  }
  return largestAt(arms.map((arm) => (reward === 'correct' ? drawShare(arm, random) : drawMean(arm, arms, random))))
}

/** The rewards of the arms, in the order of `versionIds`, from what outcomes said of each. */
export function armStatistics(
  { reward }: Pick<Bandit, 'reward'>,
  versionIds: readonly string[],
  outcomes: readonly { versionId: string; n: number; correct: number; figures: Readonly<Record<string, Moments>> }[],
): ArmStatistics[] {
  return versionIds.map((versionId) => {
    const arm = outcomes.find((each) => each.versionId === versionId)
    if (!arm) return { n: 0, sum: 0, squares: 0 }
    // Of ones and noughts the squares are the values themselves.
    if (reward === 'correct') return { n: arm.n, sum: arm.correct, squares: arm.correct }
    const figure = Object.hasOwn(arm.figures, reward.figure) ? arm.figures[reward.figure] : undefined
    return figure ? { n: figure.n, sum: figure.sum, squares: figure.squares } : { n: 0, sum: 0, squares: 0 }
  })
}

function largestAt(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0)
}

/** Beta(1 + sum, 1 + n - sum), as a ratio of gammas. */
function drawShare({ n, sum }: ArmStatistics, random: () => number): number {
  const [right, wrong] = [drawGamma(1 + sum, random), drawGamma(1 + n - sum, random)]
  return right / (right + wrong)
}

/** Until an arm has a spread of its own it borrows that of all rewards, twice as wide. */
function drawMean({ n, sum, squares }: ArmStatistics, arms: readonly ArmStatistics[], random: () => number): number {
  const all = arms.reduce((total, arm) => ({ n: total.n + arm.n, sum: total.sum + arm.sum, squares: total.squares + arm.squares }), {
    n: 0,
    sum: 0,
    squares: 0,
  })
  const mean = n === 0 ? all.sum / Math.max(1, all.n) : sum / n
  const deviation = n < 2 ? 2 * deviationOf(all) || 1 : deviationOf({ n, sum, squares })
  return mean + (deviation / Math.sqrt(Math.max(1, n))) * drawNormal(random)
}

function deviationOf({ n, sum, squares }: ArmStatistics): number {
  return n < 2 ? 0 : Math.sqrt(Math.max(0, squares - (sum * sum) / n) / (n - 1))
}

/** Gamma(shape >= 1, 1): Marsaglia and Tsang 2000. */
function drawGamma(shape: number, random: () => number): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = drawNormal(random)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}

function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

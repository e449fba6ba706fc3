import { describe, expect, it } from 'vitest'
import { randomFrom } from '#core/stats/testing'
import { type ArmStatistics, armStatistics, type Bandit, chooseArm } from './bandit'

/** Plays `rounds` against arms of these chances of a right answer; the share of the rounds that the best one got in the last half. */
function play(bandit: Bandit, chances: readonly number[], rounds = 4_000): number {
  const random = randomFrom(3)
  const arms: ArmStatistics[] = chances.map(() => ({ n: 0, sum: 0, squares: 0 }))
  const best = chances.indexOf(Math.max(...chances))
  let taken = 0
  for (let round = 0; round < rounds; round++) {
    const at = chooseArm(bandit, arms, random)
    const arm = arms[at]
    if (!arm) throw new Error(`no arm ${at}`)
    const reward = random() < (chances[at] ?? 0) ? 1 : 0
    arm.n += 1
    arm.sum += reward
    arm.squares += reward
    if (round >= rounds / 2 && at === best) taken += 1
  }
  return taken / (rounds / 2)
}

const bandit = (method: Bandit['method'], reward: Bandit['reward'] = 'correct'): Bandit => ({
  kind: 'bandit',
  method,
  epsilon: 0.1,
  reward,
})

describe('chooseArm', () => {
  it.each([
    ['thompson', 'correct', 0.9],
    ['thompson', { figure: 'revenue' }, 0.85],
    // a tenth by chance, half of which goes to the better one anyway
    ['epsilon-greedy', 'correct', 0.9],
  ] as const)('%s with %j finds the better arm', (method, reward, atLeast) => {
    expect(play(bandit(method, reward), [0.6, 0.75])).toBeGreaterThan(atLeast)
    expect(play(bandit(method, reward), [0.75, 0.6])).toBeGreaterThan(atLeast)
  })
  it('epsilon-greedy goes on trying the worse arm', () => {
    const share = play(bandit('epsilon-greedy'), [0.2, 0.9])
    expect(share).toBeGreaterThan(0.92)
    expect(share).toBeLessThan(0.98)
  })
  it('tries what it knows nothing of, and has no choice with one arm', () => {
    expect(
      chooseArm(
        bandit('epsilon-greedy'),
        [
          { n: 9, sum: 9, squares: 9 },
          { n: 0, sum: 0, squares: 0 },
        ],
        () => 0.5,
      ),
    ).toBe(1)
    expect(chooseArm(bandit('thompson'), [{ n: 0, sum: 0, squares: 0 }], () => 0.5)).toBe(0)
  })
  it('without any outcome all arms get their part', () => {
    const random = randomFrom(1)
    const none = { n: 0, sum: 0, squares: 0 }
    const first = Array.from({ length: 1_000 }, () => chooseArm(bandit('thompson'), [none, none], random)).filter((at) => at === 0).length
    expect(first).toBeGreaterThan(400)
    expect(first).toBeLessThan(600)
  })
})

describe('regret', () => {
  /** Rewards missed a round by not always choosing the best arm, in the first and in the last fifth of many rounds. */
  function regretOf(bandit: Bandit, chances: readonly number[]): { first: number; last: number } {
    const random = randomFrom(11)
    const arms: ArmStatistics[] = chances.map(() => ({ n: 0, sum: 0, squares: 0 }))
    const best = Math.max(...chances)
    const rounds = 10_000
    const missed = { first: 0, last: 0 }
    for (let round = 0; round < rounds; round++) {
      const at = chooseArm(bandit, arms, random)
      const arm = arms[at]
      if (!arm) throw new Error(`no arm ${at}`)
      const reward = random() < (chances[at] ?? 0) ? 1 : 0
      arm.n += 1
      arm.sum += reward
      arm.squares += reward
      const regret = (best - (chances[at] ?? 0)) / (rounds / 5)
      if (round < rounds / 5) missed.first += regret
      if (round >= (rounds * 4) / 5) missed.last += regret
    }
    return missed
  }
  it.each([
    ['thompson', 'correct'],
    ['thompson', { figure: 'revenue' }],
  ] as const)('%s with %j falls to almost nothing', (method, reward) => {
    const { first, last } = regretOf(bandit(method, reward), [0.8, 0.7])
    expect(last).toBeLessThan(first / 2)
    expect(last).toBeLessThan(0.005)
  })
  it('of epsilon-greedy stays at half of epsilon', () => {
    expect(regretOf(bandit('epsilon-greedy'), [0.8, 0.7]).last).toBeCloseTo(0.1 * 0.5 * 0.1, 2)
  })
})

describe('armStatistics', () => {
  const outcomes = [{ versionId: 'b', n: 10, correct: 7, figures: { revenue: { n: 3, sum: 6, squares: 14 } } }]
  it('takes right answers as ones and wrong ones as noughts, in the order of the routes', () => {
    expect(armStatistics(bandit('thompson'), ['a', 'b'], outcomes)).toEqual([
      { n: 0, sum: 0, squares: 0 },
      { n: 10, sum: 7, squares: 7 },
    ])
  })
  it('takes a business figure by its name, and nothing for one that never came', () => {
    expect(armStatistics(bandit('thompson', { figure: 'revenue' }), ['b'], outcomes)).toEqual([{ n: 3, sum: 6, squares: 14 }])
    expect(armStatistics(bandit('thompson', { figure: 'constructor' }), ['b'], outcomes)).toEqual([{ n: 0, sum: 0, squares: 0 }])
  })
})

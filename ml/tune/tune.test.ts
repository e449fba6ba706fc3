import { describe, expect, test } from 'vitest'
import type { SearchSettings } from '#core/tune/settings'
import type { Params, Space } from '#core/tune/space'
import { lossOf, type Trial } from '#core/tune/trial'
import { planBrackets } from './halving'
import { shouldStop } from './median-rule'
import { parzenOf } from './parzen'
import { runSearch } from './testing'
import { trialRandom } from './trial-random'

const plane: Space = [
  { kind: 'real', path: 'x', low: -5, high: 10, log: false },
  { kind: 'real', path: 'y', low: 0, high: 15, log: false },
]

/** Branin's function, least 0.397887 (Dixon and Szegő 1978). */
function branin({ x, y }: Params): number {
  const [a, b] = [Number(x), Number(y)]
  const bowl = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6
  return bowl * bowl + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10
}

const mixed: Space = [
  { kind: 'real', path: 'rate', low: 1e-5, high: 1, log: true },
  { kind: 'int', path: 'depth', low: 1, high: 32, log: false },
  { kind: 'int', path: 'terms', low: 10, high: 100_000, log: true },
  { kind: 'choice', path: 'loss', values: ['a', 'b', 'c', 'd', 'e'] },
]

/** Least 0 at rate 1e-3, depth 20, 3,000 terms, loss c. */
function mixedLoss({ rate, depth, terms, loss }: Params): number {
  const off = Math.log10(Number(rate)) + 3
  return off * off + ((Number(depth) - 20) / 8) ** 2 + Math.log10(Number(terms) / 3000) ** 2 + (loss === 'c' ? 0 : loss === 'd' ? 0.5 : 2)
}

function medianBest(space: Space, settings: Partial<SearchSettings>, loss: (params: Params) => number): number {
  const bests = Array.from({ length: 20 }, (_, seed) => {
    const trials = runSearch(space, { direction: 'minimise', ...settings, seed }, (params) => [loss(params)])
    return Math.min(...trials.map((trial) => lossOf(trial, 'minimise')))
  }).sort((a, b) => a - b)
  return ((bests[9] ?? 0) + (bests[10] ?? 0)) / 2
}

describe('TPE against random search, median of the best over 20 seeds', () => {
  test.each<[string, Space, (params: Params) => number, number, number]>([
    ['Branin', plane, branin, 0.3978873, 60],
    ['logarithms, ints and choices', mixed, mixedLoss, 0, 60],
  ])('%s: less than half as far from the least', (_name, space, loss, least, trials) => {
    const random = medianBest(space, { method: 'random', trials }, loss) - least
    const tpe = medianBest(space, { method: 'tpe', trials }, loss) - least
    expect(tpe).toBeLessThan(random / 2)
    expect(tpe).toBeGreaterThanOrEqual(0)
  })
})

const methods: Partial<SearchSettings>[] = [
  { method: 'random', trials: 25 },
  { method: 'random', trials: 25, parallel: 3 },
  { method: 'grid', trials: 25, gridPoints: 3, stopBadTrials: false, parallel: 2 },
  { method: 'tpe', trials: 30, startup: 5 },
  { method: 'tpe', trials: 30, startup: 5, parallel: 4 },
  { method: 'halving', trials: 20 },
  { method: 'halving', trials: 20, parallel: 3 },
  { method: 'halving', trials: 20, parallel: 5, stopBadTrials: false },
]
/** Three folds that differ a little; one depth fails. */
const score = (params: Params) => (Number(params.depth) === 7 ? [] : [0, 0.3, 0.1].map((fold) => mixedLoss(params) + fold))

describe.each(methods.map((method) => ({ parallel: 1, stopBadTrials: true, ...method })))(
  '$method, $parallel at once, stops bad trials: $stopBadTrials',
  (method) => {
    const settings = { ...method, direction: 'minimise', seed: 11 } as const
    const whole = runSearch(mixed, settings, score)
    test.each([0, 1, 6, 13])('stopped after %i trials, it goes on the same', (cut) => {
      expect(runSearch(mixed, settings, score, { known: whole.slice(0, cut) })).toEqual(whole)
    })
    test('a trial that was lost is proposed again the same', () => {
      expect(runSearch(mixed, settings, score, { known: whole.slice(0, 12).filter(({ number }) => number !== 9) })).toEqual(whole)
    })
    test('asked for more trials, it adds to those it had', () => {
      const short = runSearch(mixed, { ...settings, trials: 10 }, score)
      expect(whole.slice(0, short.length)).toEqual(short)
      expect(runSearch(mixed, settings, score, { known: short })).toEqual(whole)
    })
    test.each<[string, (running: readonly Trial[], random: () => number) => Trial | undefined]>([
      ['the last first', (running) => running.at(-1)],
      ['in any order', (running, random) => running[Math.floor(random() * running.length)]],
    ])('trials that go on %s change nothing', (_what, turn) => {
      const random = trialRandom(8, 8)
      expect(runSearch(mixed, settings, score, { turn: (running) => turn(running, random) })).toEqual(whole)
    })
    test('bad trials are stopped, if so wished', () => {
      expect(whole.some(({ status }) => status === 'stopped')).toBe(method.stopBadTrials)
    })
    test('another seed tries other settings', () => {
      expect(runSearch(mixed, { ...settings, seed: 12 }, score).map(({ params }) => params)).not.toEqual(whole.map(({ params }) => params))
    })
  },
)

describe('a small space', () => {
  const small: Space = [
    { kind: 'int', path: 'k', low: 1, high: 4, log: true },
    { kind: 'choice', path: 'on', values: [true, false] },
  ]
  test.each(['random', 'tpe', 'grid', 'halving'] as const)('%s tries each setting once, then ends', (method) => {
    const trials = runSearch(small, { method, trials: 100, gridPoints: 4, startup: 2, smallestShare: 1 }, ({ k }) => [Number(k)])
    expect(trials).toHaveLength(8)
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(8)
  })
  test('a single setting is tried once', () => {
    expect(runSearch([{ kind: 'real', path: 'c', low: 2, high: 2, log: false }], { method: 'tpe' }, () => [1])).toHaveLength(1)
  })
})

test('TPE goes on when every trial fails', () => {
  expect(runSearch(mixed, { method: 'tpe', trials: 15, startup: 2 }, () => [])).toHaveLength(15)
})

describe('halving', () => {
  test('has the sizes of Hyperband: Li et al. 2018, algorithm 1 with R = 81, eta = 3', () => {
    const brackets = planBrackets({ trials: 143, keepOneIn: 3, smallestShare: 1 / 81 })
    const sizes = [[81, 27, 9, 3, 1], [34, 11, 3, 1], [15, 5, 1], [8, 2], [5]]
    expect(brackets.map((bracket) => bracket.map(({ trials }) => trials))).toEqual(sizes)
    expect(brackets[1]?.map(({ share }) => Math.round(share * 81))).toEqual([3, 9, 27, 81])
  })
  test('keeps the best of each round, whatever else it does', () => {
    const trials = runSearch(mixed, { method: 'halving', direction: 'minimise', trials: 9, smallestShare: 0.1 }, (params, { share }) => [
      // a race on less data is judged with an offset that is the same for all
      mixedLoss(params) + 1 / share,
    ])
    const [bracket] = planBrackets({ trials: 9, keepOneIn: 3, smallestShare: 0.1 })
    for (const [i, rung] of (bracket ?? []).slice(1).entries()) {
      const before = bracket?.[i]
      const raced = trials.filter(({ number }) => number >= (before?.first ?? 0) && number < rung.first)
      const best = raced.sort((a, b) => lossOf(a, 'minimise') - lossOf(b, 'minimise')).slice(0, rung.trials)
      const kept = trials.filter(({ number }) => number >= rung.first && number < rung.first + rung.trials)
      expect(kept.map(({ continues }) => continues)).toEqual(best.map(({ number }) => number))
      expect(kept.map(({ params }) => params)).toEqual(best.map(({ params }) => params))
    }
  })
  test('a round without survivors ends its bracket', () => {
    const trials = runSearch(mixed, { method: 'halving', trials: 9 }, () => [])
    expect(trials).toHaveLength(9)
  })
})

describe('the median rule', () => {
  const trial = (number: number, scores: number[], rest: Partial<Trial> = {}): Trial => ({
    number,
    params: {},
    status: 'finished',
    scores,
    share: 1,
    continues: null,
    ...rest,
  })
  const others = [0.9, 0.8, 0.7, 0.6, 0.5].map((score, i) => trial(i, [score, score, 0]))
  const rule = { direction: 'maximise', stopBadTrials: true, parallel: 1 } as const
  test.each<[string, boolean, Trial, Trial[], Partial<typeof rule> | { direction: 'minimise' } | { stopBadTrials: false }]>([
    ['below the median of the same folds', true, trial(9, [0.69]), others, {}],
    ['at the median', false, trial(9, [0.7]), others, {}],
    ['above it, where less is better', true, trial(9, [0.71, 0.71]), others, { direction: 'minimise' }],
    ['with four others only', false, trial(9, [0.1]), others.slice(1), {}],
    ['against later trials', false, trial(3, [0.1]), others, {}],
    ['against other shares', false, trial(9, [0.1], { share: 0.3 }), others, {}],
    ['before a score', false, trial(9, []), others, {}],
    ['when it is off', false, trial(9, [0.1]), others, { stopBadTrials: false }],
  ])('%s: %s', (_what, stops, one, all, settings) => {
    expect(shouldStop(one, all, { ...rule, ...settings })).toBe(stops)
  })
})

describe('Parzen estimators', () => {
  test.each<[string, Space[number], (string | number)[]]>([
    ['an int', { kind: 'int', path: 'n', low: 1, high: 9, log: false }, [2, 2, 3, 9]],
    ['a logarithmic int', { kind: 'int', path: 'n', low: 1, high: 40, log: true }, [1, 30, 31]],
    ['a choice', { kind: 'choice', path: 'n', values: ['a', 'b', 'c'] }, ['b', 'b']],
  ])('%s: probabilities sum to 1, and draws follow them', (_what, dimension, tried) => {
    const parzen = parzenOf(dimension, tried)
    const values =
      dimension.kind === 'choice'
        ? dimension.values
        : Array.from({ length: dimension.high - dimension.low + 1 }, (_, i) => dimension.low + i)
    const probabilities = values.map((value) => Math.exp(parzen.logDensity(value)))
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9)
    const random = trialRandom(3, 3)
    const draws = Array.from({ length: 20_000 }, () => parzen.draw(random))
    for (const [i, value] of values.entries()) {
      expect(Math.abs(draws.filter((draw) => draw === value).length / draws.length - (probabilities[i] ?? 0))).toBeLessThan(0.015)
    }
  })
  test('a real number: the density integrates to 1 and is highest where values were', () => {
    const parzen = parzenOf({ kind: 'real', path: 'x', low: 0, high: 1, log: false }, [0.2, 0.21, 0.22])
    const density = Array.from({ length: 20_000 }, (_, i) => Math.exp(parzen.logDensity((i + 0.5) / 20_000)))
    expect(density.reduce((sum, d) => sum + d, 0) / 20_000).toBeCloseTo(1, 6)
    expect(density[4200]).toBeGreaterThan(5 * (density[16_000] ?? 0))
  })
})

test('first draws of neighbouring trials are uniform and do not hang together', () => {
  const pairs = Array.from({ length: 4000 }, (_, number) => {
    const random = trialRandom(1, number)
    return [random() - 0.5, random() - 0.5, trialRandom(2, number)() - 0.5] as const
  })
  const mean = (f: (pair: (typeof pairs)[number], i: number) => number) =>
    pairs.reduce((sum, pair, i) => sum + f(pair, i), 0) / pairs.length
  // standard deviations: 0.0046 of a mean, 0.0013 of a product
  expect(Math.abs(mean(([a]) => a))).toBeLessThan(0.015)
  expect(Math.abs(mean(([a, b]) => a * b))).toBeLessThan(0.005)
  expect(Math.abs(mean(([a, , c]) => a * c))).toBeLessThan(0.005)
  expect(Math.abs(mean(([a], i) => a * (pairs[i + 1]?.[0] ?? 0)))).toBeLessThan(0.005)
})

import { describe, expect, it } from 'vitest'
import { latencyBin, latencyBins } from '#core/monitor/rollup'
import { drawBinomial, drawCounts } from '#core/stats/multinomial'
import { randomFrom } from '#core/stats/testing'
import { joinSteps } from './join-steps'
import { type JudgedStep, judge, policyInWords } from './judge'
import type { ArmMeasured, Decision, Measured } from './measured'
import { defaultCanary, judgePolicySchema } from './strategy'

const policy = judgePolicySchema.parse({})
const minute = 60_000
const due: JudgedStep = { elapsedMs: 10 * minute, minMs: 10 * minute, maxMs: 30 * minute, minSamples: 200, isLast: false }
const early = { elapsedMs: minute }
const over = { elapsedMs: 31 * minute }

/** An arm of so many requests that is like the champion in all that is not said. */
function arm(requests: number, { failures = 0, ms = 20, confidence = 0.85, low = 0.05, classes = [0.6, 0.4] } = {}): ArmMeasured {
  const answered = requests - failures
  const latency = new Array<number>(latencyBins).fill(0)
  const slow = Math.round(requests * 0.02)
  latency[latencyBin(ms)] = requests - slow
  latency[latencyBin(ms * 3)] = slow
  return {
    requests,
    failures,
    latency,
    classes: Object.fromEntries(classes.map((share, k) => [`c${k}`, Math.round(share * answered)])),
    confidence: { n: answered, sum: answered * confidence, squares: answered * (confidence * confidence + 0.02) },
    lowConfidence: Math.round(answered * low),
    compared: 0,
    disagreed: 0,
    outcomes: { n: 0, correct: 0 },
    business: {},
  }
}

const champion = arm(10_000)
const withOutcomes = (one: ArmMeasured, n: number, correct: number): ArmMeasured => ({ ...one, outcomes: { n, correct } })

describe('judge', () => {
  const cases: [name: string, challenger: ArmMeasured, step: Partial<JudgedStep>, decision: Decision, words: RegExp][] = [
    ['no traffic yet', arm(0), early, 'continue', /0 of the 200 requests/],
    ['no traffic for too long', arm(0), over, 'inconclusive', /a person must decide/],
    ['alike, too early', arm(400), early, 'continue', /9 min longer/],
    ['alike, too few', arm(150), over, 'inconclusive', /150 of the 200 requests.*a person must decide/],
    ['alike, enough', arm(400), {}, 'promote', /within all 6 limits/],
    ['alike, last step', arm(2_000), { isLast: true }, 'promote', /within all 6 limits.*proven/],
    ['alike, last step, too little to be clear', arm(60), { isLast: true, minSamples: 50 }, 'continue', /not clear yet in errors/],
    ['alike, never clear', arm(60), { ...over, isLast: true, minSamples: 50 }, 'inconclusive', /not clear yet in errors.*person/],
    ['always failing, a dozen requests', arm(12, { failures: 12 }), early, 'rollback', /fails 100.0 % of its requests.*proven/],
    ['failing a tenth', arm(300, { failures: 30 }), early, 'rollback', /fails 10.0 % of its requests, the champion 0.0 %/],
    [
      'failing a little: nothing proven',
      arm(300, { failures: 3 }),
      {},
      'hold',
      /tolerance of 0.5 points, which may still be chance.*not grow/,
    ],
    ['failing a little, early', arm(300, { failures: 3 }), early, 'continue', /no harm is proven/],
    ['failing more, early', arm(300, { failures: 7 }), early, 'hold', /may still be chance/],
    ['failing a little for too long', arm(300, { failures: 3 }), over, 'inconclusive', /a person must decide/],
    ['failing more for too long', arm(300, { failures: 7 }), over, 'inconclusive', /rolling back is advised/],
    ['less sure of itself', arm(1_000, { confidence: 0.7 }), {}, 'rollback', /mean confidence is 0.700, the champion's 0.850/],
    ['slightly less sure, within tolerance', arm(1_000, { confidence: 0.84 }), {}, 'promote', /within all/],
    ['more answers of low confidence', arm(1_000, { low: 0.25 }), {}, 'rollback', /25.0 % of the challenger's answers have low confidence/],
    ['another mix of answers', arm(1_000, { classes: [0.2, 0.8] }), {}, 'rollback', /mixes of answers of both versions lie 0\.\d+ apart/],
    ['a class that never was', arm(1_000, { classes: [0.3, 0.3, 0.4] }), {}, 'rollback', /mixes of answers/],
    ['three times as slow', arm(1_000, { ms: 70 }), {}, 'rollback', /Half of the challenger's requests take more than \d+ ms/],
    ['slower within the tolerance', arm(1_000, { ms: 22 }), {}, 'promote', /within all/],
  ]
  it.each(cases)('%s', (_name, challenger, step, decision, words) => {
    const verdict = judge({ measured: { champion, challenger }, policy, step: { ...due, ...step } })
    expect(verdict.decision, verdict.sentence).toBe(decision)
    expect(verdict.sentence).toMatch(words)
    expect(verdict.sentence).toMatch(/\.$/)
  })

  it('twice of next to nothing harms nobody', () => {
    const measured = { champion: arm(10_000, { ms: 2 }), challenger: arm(1_000, { ms: 4 }) }
    expect(judge({ measured, policy, step: due }).decision).toBe('promote')
    const strict = judgePolicySchema.parse({ tolerances: { latencyMs: 0 } })
    expect(judge({ measured, policy: strict, step: due }).decision).toBe('rollback')
  })

  it('promotes nothing that cannot be compared', () => {
    const alone = { champion: arm(0), challenger: arm(5_000) }
    expect(judge({ measured: alone, policy, step: due })).toMatchObject({
      decision: 'continue',
      sentence: 'The champion has answered no request to compare with.',
    })
    expect(judge({ measured: alone, policy, step: { ...due, ...over } }).decision).toBe('inconclusive')
    const mute = { ...arm(1_000), classes: {}, confidence: { n: 0, sum: 0, squares: 0 }, lowConfidence: 0 }
    const verdict = judge({ measured: { champion, challenger: mute }, policy, step: due })
    expect(verdict).toMatchObject({
      decision: 'continue',
      sentence: 'The challenger has no data of confidence, low confidence, the mix of answers.',
    })
  })

  it('a step in which nothing is to be answered passes by time alone', () => {
    const nothing = { champion, challenger: arm(0) }
    expect(judge({ measured: nothing, policy, step: { ...due, minSamples: 0 } }).decision).toBe('promote')
    expect(judge({ measured: nothing, policy, step: { ...due, ...early, minSamples: 0 } }).decision).toBe('continue')
  })

  it('a challenger that answers where the champion only fails may pass', () => {
    const broken = { ...arm(10_000, { failures: 10_000 }), classes: {} }
    expect(judge({ measured: { champion: broken, challenger: arm(1_000) }, policy, step: { ...due, isLast: true } }).decision).toBe(
      'promote',
    )
  })

  it('says of every signal what it knows, and nothing of what it does not', () => {
    const { signals } = judge({ measured: { champion, challenger: arm(1_000) }, policy, step: due })
    expect(signals.map(({ signal }) => signal)).toEqual([
      'errors',
      'latencyP50',
      'latencyP99',
      'confidence',
      'lowConfidence',
      'mix',
      'accuracy',
    ])
    const by = new Map(signals.map((signal) => [signal.signal, signal]))
    expect(by.get('accuracy')).toMatchObject({ state: 'no-data', champion: null, pHarm: null, samples: 0 })
    expect(by.get('confidence')).toMatchObject({ unit: 'score', samples: 1_000, state: 'safe' })
    expect(by.get('confidence')?.limit).toBeCloseTo(0.82, 10)
    expect(by.get('errors')).toMatchObject({ unit: 'share', champion: 0, challenger: 0, limit: 0.005 })
    expect(by.get('mix')).toMatchObject({ unit: 'distance', champion: null, limit: 0.1 })
    expect(by.get('latencyP99')?.limit).toBeCloseTo((by.get('latencyP99')?.champion ?? 0) * 1.25, 6)
  })

  it('a model that answers numbers has no confidence and no mix', () => {
    const numbers = { ...arm(1_000), classes: {}, confidence: { n: 0, sum: 0, squares: 0 }, lowConfidence: 0 }
    const verdict = judge({ measured: { champion: numbers, challenger: numbers }, policy, step: due })
    expect(verdict.decision).toBe('promote')
    const silent = verdict.signals.filter(({ state }) => state === 'no-data').map(({ signal }) => signal)
    expect(silent).toEqual(['confidence', 'lowConfidence', 'mix', 'accuracy'])
  })

  it('outcomes and business figures count when they arrive', () => {
    const right = { ...withOutcomes(champion, 2_000, 1_900), business: { revenue: { n: 2_000, sum: 20_000, squares: 260_000 } } }
    const wrong = { ...withOutcomes(arm(1_000), 500, 350), business: { revenue: { n: 500, sum: 2_000, squares: 12_000 } } }
    const withRevenue = judgePolicySchema.parse({ business: [{ figure: 'revenue', better: 'higher' }] })
    const { decision, signals } = judge({ measured: { champion: right, challenger: wrong }, policy: withRevenue, step: due })
    expect(decision).toBe('rollback')
    expect(signals.filter(({ state }) => state === 'harm').map(({ signal }) => signal)).toEqual(['accuracy', 'business:revenue'])
    const cost = judgePolicySchema.parse({ business: [{ figure: 'revenue', better: 'lower' }] })
    const lower = judge({
      measured: { champion: right, challenger: { ...wrong, outcomes: { n: 0, correct: 0 } } },
      policy: cost,
      step: due,
    })
    expect(lower.decision).toBe('promote')
    expect(lower.signals.at(-1)).toMatchObject({ signal: 'business:revenue', state: 'safe', limit: 10.5 })
  })

  it('few outcomes neither stop a canary nor let an A/B test pass', () => {
    const measured = { champion: withOutcomes(champion, 2_000, 1_900), challenger: withOutcomes(arm(1_000), 5, 4) }
    expect(judge({ measured, policy, step: { ...due, isLast: true } }).decision).toBe('promote')
    expect(judge({ measured, policy, step: { ...due, isLast: true }, kind: 'ab' }).decision).toBe('continue')
    const none = { champion, challenger: arm(1_000) }
    expect(judge({ measured: none, policy, step: due, kind: 'bandit' }).sentence).toMatch(/too few outcomes/)
    const many = { champion: withOutcomes(champion, 2_000, 1_900), challenger: withOutcomes(arm(1_000), 900, 860) }
    expect(judge({ measured: many, policy, step: { ...due, isLast: true }, kind: 'ab' }).decision).toBe('promote')
  })

  it('a shadow is judged by how often it differs', () => {
    const shadow = { ...arm(1_000), compared: 1_000, disagreed: 300 }
    const judged = (challenger: ArmMeasured) => judge({ measured: { champion, challenger }, policy, step: due, kind: 'shadow' })
    expect(judged(shadow)).toMatchObject({ decision: 'rollback', sentence: expect.stringMatching(/disagrees with the champion on 30.0 %/) })
    expect(judged({ ...shadow, disagreed: 20 }).decision).toBe('promote')
  })

  it('puts the policy into words', () => {
    expect(policyInWords(policy)).toMatch(/0\.5 points more failed requests.*at most 5 % are rolled back.*asks a person.*3 times/)
    const strict = judgePolicySchema.parse({ business: [{ figure: 'revenue', better: 'higher' }], tolerances: { latencyMs: 0 } })
    expect(policyInWords(strict)).toMatch(/25 % more latency.*or 5 % less revenue/)
  })
})

describe('simulated canaries, looked at every minute', () => {
  type Behaviour = { errors: number; slow: number; slowMs: number; unsure: number; mix: readonly number[] }
  const usual: Behaviour = { errors: 0.004, slow: 0.03, slowMs: 200, unsure: 0.2, mix: [0.5, 0.3, 0.2] }
  const random = randomFrom(11)

  function addMinute(into: ArmMeasured, requests: number, { errors, slow, slowMs, unsure, mix }: Behaviour): ArmMeasured {
    const failures = drawBinomial(requests, errors, random)
    const answered = requests - failures
    const latency = into.latency.length > 0 ? [...into.latency] : new Array<number>(latencyBins).fill(0)
    const slowOnes = drawBinomial(requests, slow, random)
    latency[latencyBin(20)] = (latency[latencyBin(20)] ?? 0) + requests - slowOnes
    latency[latencyBin(slowMs)] = (latency[latencyBin(slowMs)] ?? 0) + slowOnes
    const low = drawBinomial(answered, unsure, random)
    const counts = new Int32Array(mix.length)
    drawCounts(mix, answered, random, counts)
    const { n, sum, squares } = into.confidence
    return {
      ...into,
      requests: into.requests + requests,
      failures: into.failures + failures,
      latency,
      classes: Object.fromEntries(Array.from(counts, (count, k) => [`c${k}`, (into.classes[`c${k}`] ?? 0) + count])),
      confidence: { n: n + answered, sum: sum + 0.95 * answered - 0.45 * low, squares: squares + 0.9025 * answered - 0.6525 * low },
      lowConfidence: into.lowConfidence + low,
    }
  }

  /** How many of so many canaries are rolled back, and how many promoted. */
  function simulate(canaries: number, challengerIs: Behaviour, errorsFromOutside: (minute: number) => number = () => 0) {
    const ends = { rollback: 0, promote: 0, inconclusive: 0 }
    for (let i = 0; i < canaries; i++) ends[endOf(challengerIs, errorsFromOutside)] += 1
    return ends
  }

  function endOf(challengerIs: Behaviour, errorsFromOutside: (minute: number) => number): 'rollback' | 'promote' | 'inconclusive' {
    const steps: Measured[] = []
    let now = 0
    for (const [i, { share, minutes, minSamples }] of defaultCanary.steps.entries()) {
      steps.push({ champion: { ...arm(0), latency: [], classes: {} }, challenger: { ...arm(0), latency: [], classes: {} } })
      for (let elapsed = 1; ; elapsed++) {
        now += 1
        const more = errorsFromOutside(now)
        const toChallenger = drawBinomial(400, share / 100, random)
        const before = steps[i] ?? { champion, challenger: champion }
        steps[i] = {
          champion: addMinute(before.champion, 400 - toChallenger, { ...usual, errors: usual.errors + more }),
          challenger: addMinute(before.challenger, toChallenger, { ...challengerIs, errors: challengerIs.errors + more }),
        }
        const step = { elapsedMs: elapsed * minute, minMs: minutes * minute, maxMs: 3 * minutes * minute, minSamples, isLast: i === 2 }
        const { decision } = judge({ measured: joinSteps(steps), policy, step })
        if (decision === 'rollback' || decision === 'inconclusive') return decision
        if (decision === 'promote') break
      }
    }
    return 'promote'
  }

  it('the harmless are rolled back less often than the policy allows, and most are promoted', () => {
    const { rollback, promote } = simulate(60, usual)
    expect(rollback).toBeLessThanOrEqual(3)
    expect(promote).toBeGreaterThanOrEqual(48)
  })

  it('so are those at the very edge of a tolerance', () => {
    expect(simulate(60, { ...usual, errors: 0.009, unsure: 0.23 }).rollback).toBeLessThanOrEqual(3)
  })

  it('trouble from outside that comes when the share is large is not the challenger’s', () => {
    expect(simulate(60, usual, (at) => (at > 22 ? 0.06 : 0)).rollback).toBeLessThanOrEqual(3)
  })

  it('large harm of each kind is rolled back, and never promoted', () => {
    for (const harm of [{ errors: 0.08 }, { slow: 0.12, slowMs: 900 }, { unsure: 0.45 }, { mix: [0.15, 0.3, 0.55] }]) {
      const { rollback, promote } = simulate(25, { ...usual, ...harm })
      expect(rollback, JSON.stringify(harm)).toBeGreaterThanOrEqual(24)
      expect(promote).toBe(0)
    }
  })

  it('small harm is not promoted', () => {
    expect(simulate(40, { ...usual, errors: 0.016 }).promote).toBeLessThanOrEqual(1)
  })
})

import { type CanaryStep, defaultCanary } from '#core/releases/strategy'
import type { Behaviour } from './parts-canary-world'

/** A version against another, over and over. */
export type Scenario = {
  name: string
  /** Whether the challenger is worse than the tolerances of the default policy allow. */
  isHarmful: boolean
  champion: Behaviour
  challenger: Behaviour
  perMinute: number
  steps: readonly CanaryStep[]
  /** Trouble from outside: so many more of the requests of both arms fail in these minutes. */
  trouble?: { from: number; to: number; errors: number }
}

const usual: Behaviour = {
  errors: 0.002,
  medianMs: 40,
  sigma: 0.5,
  slowShare: 0,
  slowMs: 400,
  confidence: 0.85,
  mix: [0.35, 0.25, 0.2, 0.12, 0.08],
}

/** 77 classes whose shares fall slowly, as intents of a support desk do. */
const manyClasses = Array.from({ length: 77 }, (_, k) => 1 / (k + 5))
/** The same with a fifth of all answers moved from the even classes to the odd ones. */
const moved = movedBetween(manyClasses, 0.2)

/** Few requests: half of them for the challenger are 20 a minute. */
const fewRequests = 40
const fewSteps: readonly CanaryStep[] = [
  { share: 25, minutes: 10, minSamples: 50 },
  { share: 50, minutes: 10, minSamples: 150 },
]

type Change = { name: string; champion?: Partial<Behaviour>; challenger?: Partial<Behaviour> } & Partial<
  Pick<Scenario, 'perMinute' | 'steps' | 'trouble'>
>

function scenariosOf(isHarmful: boolean, changes: readonly Change[]): Scenario[] {
  return changes.map(({ champion, challenger, ...rest }) => ({
    isHarmful,
    perMinute: 600,
    steps: defaultCanary.steps,
    champion: { ...usual, ...champion },
    challenger: { ...usual, ...champion, ...challenger },
    ...rest,
  }))
}

const low = { perMinute: fewRequests, steps: fewSteps }
const rare = { errors: 0.001 }

/** No difference, small and large harm; rare errors, low traffic, model signals, latency; and troubles that are not the challenger's. */
export const scenarios: readonly Scenario[] = [
  ...scenariosOf(false, [
    { name: 'no difference' },
    { name: 'no difference, 10,000 requests a minute', perMinute: 10_000 },
    { name: 'no difference, rare errors (0.1 %)', champion: rare },
    { name: 'no difference, 77 classes', champion: { mix: manyClasses } },
    { name: 'no difference, both fail 1.5 %', champion: { errors: 0.015 } },
    { name: 'no difference, 5 % of both take 400 ms', champion: { slowShare: 0.05 } },
    { name: 'no difference, low traffic', ...low },
    { name: 'harm within the tolerances', challenger: { errors: 0.004, medianMs: 43, confidence: 0.84 } },
    { name: 'a better version', challenger: { errors: 0.001, medianMs: 25, confidence: 0.9 } },
    { name: '5 % of both fail in minutes 23 to 27', trouble: { from: 23, to: 27, errors: 0.05 } },
  ]),
  ...scenariosOf(true, [
    { name: 'errors 0.2 to 0.9 %', challenger: { errors: 0.009 } },
    { name: 'errors 0.2 to 1.2 %', challenger: { errors: 0.012 } },
    { name: 'errors 0.2 to 2 %', challenger: { errors: 0.02 } },
    { name: 'errors 0.2 to 10 %', challenger: { errors: 0.1 } },
    { name: 'every request fails', challenger: { errors: 1 } },
    { name: 'rare errors 0.1 to 1 %', champion: rare, challenger: { errors: 0.01 } },
    { name: 'low traffic, errors 0.2 to 3 %', challenger: { errors: 0.03 }, ...low },
    { name: 'low traffic, errors 0.2 to 20 %', challenger: { errors: 0.2 }, ...low },
    { name: 'confidence 0.05 lower', challenger: { confidence: 0.79 } },
    { name: 'confidence 0.12 lower', challenger: { confidence: 0.7 } },
    { name: 'mix 0.15 apart', challenger: { mix: [0.2, 0.25, 0.2, 0.12, 0.23] } },
    { name: 'mix 0.2 apart, 77 classes', champion: { mix: manyClasses }, challenger: { mix: moved } },
    { name: 'all requests 1.6 times as slow', challenger: { medianMs: 64 } },
    { name: '3 % of the requests ten times as slow', challenger: { slowShare: 0.03 } },
  ]),
]

function movedBetween(shares: readonly number[], share: number): number[] {
  const total = shares.reduce((sum, weight) => sum + weight, 0)
  const even = shares.filter((_, k) => k % 2 === 0).reduce((sum, weight) => sum + weight, 0) / total
  return shares.map((weight, k) => (weight / total) * (k % 2 === 0 ? 1 - share / even : 1 + share / (1 - even)))
}

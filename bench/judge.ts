import { defaultCanary } from '#core/releases/strategy'
import { drawBinomial } from '#core/stats/multinomial'
import { normalQuantile } from '#core/stats/special'
import { formatNumber } from '#core/words/format'
import type { BenchResult, Figure } from './bench'
import { type CanaryJudge, type End, fixedThresholds, mannWhitney, ourJudge } from './parts-canary-judges'
import { type Scenario, scenarios } from './parts-canary-scenarios'
import { type Behaviour, confidenceOf, minutesOf } from './parts-canary-world'

/** Canaries a scenario and judge. */
const canaries = 430

type Contender = { name: string; judgeOf: (scenario: Scenario) => CanaryJudge }

const policy = defaultCanary.judge
const contenders: readonly Contender[] = [
  { name: 'Stageline', judgeOf: () => ourJudge(policy) },
  {
    name: 'fixed thresholds, defaults',
    judgeOf: () => fixedThresholds({ errors: 0.01, p99Ms: 500, confidence: null, low: null }),
  },
  { name: 'fixed thresholds at our limits', judgeOf: ({ champion }) => fixedThresholds(limitsOf(champion)) },
  { name: 'Mann-Whitney', judgeOf: () => mannWhitney },
]

/** Simulates canaries of all scenarios under every judge. Every run draws the same canaries. */
export async function run(): Promise<BenchResult> {
  const outcomes = contenders.flatMap(({ name, judgeOf }) =>
    scenarios.map((scenario, s) => ({ judge: name, scenario, ends: simulate(judgeOf(scenario), scenario, s) })),
  )
  const totals = contenders.map(({ name }) => totalsOf(name, outcomes))
  const [mine, ...peers] = totals
  const figures = [
    ...totals.map(
      (total, i): Figure => ({
        name: `${total.judge}: harmful versions promoted`,
        value: total.missed,
        unit: '%',
        ...(i === 0 && { bar: '< every peer' }),
      }),
    ),
    ...totals.map(
      (total, i): Figure => ({
        name: `${total.judge}: harmless versions rolled back`,
        value: total.alarms,
        unit: '%',
        ...(i === 0 && { bar: '<= every peer' }),
      }),
    ),
    ...totals.map(
      (total): Figure => ({
        name: `${total.judge}: rolled back where there is no difference`,
        value: total.alarmsAtNoDifference,
        unit: '%',
      }),
    ),
    ...totals.map(
      (total): Figure => ({ name: `${total.judge}: harmful versions rolled back without asking`, value: total.caught, unit: '%' }),
    ),
    ...totals.map(
      (total): Figure => ({ name: `${total.judge}: harmless versions promoted without asking`, value: total.passed, unit: '%' }),
    ),
    ...totals.map((total): Figure => ({ name: `${total.judge}: a person is asked`, value: total.asked, unit: '%' })),
    {
      name: 'Stageline: most harmless versions rolled back in a scenario',
      value: mine?.mostAlarms ?? 100,
      unit: '%',
      bar: `<= ${policy.falseAlarms * 100} %`,
    },
    ...outcomes.map(figureOf),
  ]
  return { what: whatWasDone(), figures, missed: mine ? missedBars(mine, peers) : ['no judge was measured'], note: peersAhead(outcomes) }
}

type Outcome = { judge: string; scenario: Scenario; ends: End[] }

function simulate(judge: CanaryJudge, { champion, challenger, perMinute, steps, trouble }: Scenario, seed: number): End[] {
  const random = mulberry(seed)
  const [ofChampion, ofChallenger] = [minutesOf(champion, random), minutesOf(challenger, random)]
  return Array.from({ length: canaries }, () => {
    let minute = 0
    return judge((share) => {
      minute += 1
      const more = trouble && minute >= trouble.from && minute <= trouble.to ? trouble.errors : 0
      const toChallenger = drawBinomial(perMinute, share / 100, random)
      return { champion: ofChampion(perMinute - toChallenger, more), challenger: ofChallenger(toChallenger, more) }
    }, steps)
  })
}

/** Thresholds for someone who knows the champion well: its true figures and our default tolerances. */
function limitsOf(champion: Behaviour) {
  const { errorShare, latency, latencyMs, confidence, lowShare } = policy.tolerances
  const { mean, low } = confidenceOf(champion)
  const p99 =
    champion.slowShare > 0.01
      ? champion.slowMs * Math.exp(champion.sigma * normalQuantile(1 - 0.01 / champion.slowShare))
      : champion.medianMs * Math.exp(champion.sigma * normalQuantile(0.99))
  return {
    errors: champion.errors + errorShare,
    p99Ms: Math.max(p99 * (1 + latency), p99 + latencyMs),
    confidence: mean - confidence,
    low: low + lowShare,
  }
}

type Totals = {
  judge: string
  missed: number
  caught: number
  alarms: number
  alarmsAtNoDifference: number
  passed: number
  asked: number
  mostAlarms: number
}

function totalsOf(judge: string, outcomes: readonly Outcome[]): Totals {
  const own = outcomes.filter((outcome) => outcome.judge === judge)
  const ends = (isHarmful: boolean) => own.flatMap(({ scenario, ends }) => (scenario.isHarmful === isHarmful ? ends : []))
  return {
    judge,
    missed: percent(ends(true), 'promoted'),
    caught: percent(ends(true), 'rolled back'),
    alarms: percent(ends(false), 'rolled back'),
    alarmsAtNoDifference: percent(
      own.flatMap(({ scenario, ends }) => (scenario.name.startsWith('no difference') ? ends : [])),
      'rolled back',
    ),
    passed: percent(ends(false), 'promoted'),
    asked: percent(
      own.flatMap(({ ends }) => ends),
      'asked',
    ),
    mostAlarms: Math.max(...own.map(({ scenario, ends }) => (scenario.isHarmful ? 0 : percent(ends, 'rolled back')))),
  }
}

function missedBars(mine: Totals, peers: readonly Totals[]): string[] {
  return [
    ...peers
      .filter(({ missed }) => mine.missed >= missed)
      .map((peer) => `harmful versions promoted ${mine.missed} %, ${peer.judge} ${peer.missed} %`),
    ...peers
      .filter(({ alarms }) => mine.alarms > alarms)
      .map((peer) => `harmless versions rolled back ${mine.alarms} %, ${peer.judge} ${peer.alarms} %`),
    ...(mine.mostAlarms > policy.falseAlarms * 100
      ? [`harmless versions rolled back in one scenario ${mine.mostAlarms} %, the policy says ${policy.falseAlarms * 100} %`]
      : []),
  ]
}

/** What is good first: rolled back where it is harmful, promoted where it is not. */
function figureOf({ judge, scenario, ends }: Outcome): Figure {
  const [right, wrong] = scenario.isHarmful ? (['rolled back', 'promoted'] as const) : (['promoted', 'rolled back'] as const)
  const samples = ends.filter(({ end }) => end === right).map(({ samples }) => samples)
  const asked = percent(ends, 'asked')
  const unit = [
    `% ${right}`,
    `${percent(ends, wrong)} % ${wrong}`,
    ...(asked > 0 ? [`${asked} % asked`] : []),
    ...(samples.length > 0 ? [`median ${formatNumber(median(samples))} requests`] : []),
  ].join(', ')
  return { name: `${scenario.isHarmful ? 'harmful' : 'harmless'}, ${scenario.name}: ${judge}`, value: percent(ends, right), unit }
}

/** The scenarios in which a peer did better than ours: more of the harmful rolled back, or more of the harmless promoted. */
function peersAhead(outcomes: readonly Outcome[]): string {
  const right = ({ scenario, ends }: Outcome) => percent(ends, scenario.isHarmful ? 'rolled back' : 'promoted')
  const ahead = scenarios.flatMap((scenario) => {
    const [mine, ...peers] = outcomes.filter((outcome) => outcome.scenario === scenario)
    const better = peers.filter((peer) => mine && right(peer) > right(mine))
    return mine && better.length > 0
      ? [`${scenario.name} (${right(mine)} %; ${better.map((peer) => `${peer.judge} ${right(peer)} %`).join(', ')})`]
      : []
  })
  if (ahead.length === 0) return 'In no scenario did a peer come to the right end by itself more often.'
  return `Peers came to the right end by themselves more often in: ${ahead.join('; ')}. A person who is asked is not counted as the right end.`
}

function whatWasDone(): string {
  const all = formatNumber(canaries * scenarios.length)
  return `${all} simulated canaries a judge (${canaries} of each scenario; 5, 25, 50 % of the traffic, at least 10 minutes a step, looked at every minute): ours with its defaults; fixed thresholds by the minute in the manner of Flagger, with its defaults (success 99 %, p99 500 ms) and with our limits for one who knows the champion's true figures; a fixed-sample Mann-Whitney in the manner of Kayenta (98 % confidence, 0.25 x Hodges-Lehmann, scores 75 and 95), which sees the model's figures too.`
}

function percent(ends: readonly End[], end: End['end']): number {
  return Math.round((10_000 * ends.filter((each) => each.end === end).length) / Math.max(1, ends.length)) / 100
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** mulberry32 (Tommy Ettinger): 32 bits of state, good enough for simulations, the same everywhere. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

import { defaultCanary, type JudgePolicy, judgePolicySchema, type Strategy, strategySchema, type Tolerances } from '#core/releases/strategy'

/** What the deploy sheet holds while a strategy is written: text, as it is typed. Shares are written in %. */
export type StepDraft = { id: number; share: string; minutes: string; minSamples: string }
/** The strategies, and a split that people move and nobody judges. */
export type StrategyKind = Strategy['kind'] | 'by-hand'
export type StrategyDraft = {
  kind: StrategyKind
  steps: StepDraft[]
  /** Of a shadow, of an A/B test, and of a split by hand. */
  share: string
  /** Of everything that has one step. */
  minutes: string
  minSamples: string
  automatic: boolean
  /** What a good verdict on a shadow leads to. */
  onGood: 'ask' | 'promote'
  method: 'epsilon-greedy' | 'thompson'
  epsilon: string
  /** Name of the business figure that a bandit learns from; empty for right answers. */
  reward: string
  judge: {
    falseAlarms: string
    missedHarm: string
    patience: string
    tolerances: Record<keyof Tolerances, string>
    business: BusinessDraft[]
  }
}
export type BusinessDraft = { id: number; figure: string; better: 'higher' | 'lower' }

/** What is wrong, by field: `steps.1.share`, `judge.tolerances.mix`. */
export type DraftErrors = Readonly<Record<string, string>>

/** Tolerances as the form shows them; all but confidence are shares. */
export const toleranceFields: readonly { name: keyof Tolerances; label: string; unit: string; per: number }[] = [
  { name: 'errorShare', label: 'Errors', unit: 'pt', per: 100 },
  { name: 'latency', label: 'Latency p50 and p99', unit: '%', per: 100 },
  { name: 'latencyMs', label: 'and in any case', unit: 'ms', per: 1 },
  { name: 'confidence', label: 'Mean confidence', unit: '', per: 1 },
  { name: 'lowShare', label: 'Low confidence', unit: 'pt', per: 100 },
  { name: 'mix', label: 'Prediction mix', unit: '', per: 1 },
  { name: 'disagreement', label: 'Disagreement', unit: '%', per: 100 },
  { name: 'accuracy', label: 'Accuracy', unit: 'pt', per: 100 },
  { name: 'business', label: 'Business figures', unit: '%', per: 100 },
]

const text = (value: number) => String(Number(value.toFixed(6)))

/** A draft with the defaults of every strategy. */
export function strategyDraft(kind: StrategyKind): StrategyDraft {
  return {
    kind,
    steps: stepDrafts(defaultCanary.steps),
    share: kind === 'shadow' ? '100' : kind === 'by-hand' ? '10' : '50',
    minutes: '10',
    minSamples: '500',
    automatic: true,
    onGood: 'ask',
    method: 'thompson',
    epsilon: '10',
    reward: '',
    judge: judgeDraft(defaultCanary.judge),
  }
}

/** The same draft as another strategy: what both have stays, a share goes to the default of the other. */
export function withKind(draft: StrategyDraft, kind: StrategyKind): StrategyDraft {
  return { ...draft, kind, share: strategyDraft(kind).share }
}

function stepDrafts(steps: readonly { share: number; minutes: number; minSamples: number }[]): StepDraft[] {
  return steps.map((step, id) => ({ id, share: text(step.share), minutes: text(step.minutes), minSamples: text(step.minSamples) }))
}

function judgeDraft({ falseAlarms, missedHarm, patience, tolerances, business }: JudgePolicy): StrategyDraft['judge'] {
  const write = ({ name, per }: (typeof toleranceFields)[number]) => [name, text(tolerances[name] * per)] as const
  return {
    falseAlarms: text(falseAlarms * 100),
    missedHarm: text(missedHarm * 100),
    patience: text(patience),
    // fromEntries forgets the keys; toleranceFields names each of them once, which a test checks.
    tolerances: Object.fromEntries(toleranceFields.map(write)) as Record<keyof Tolerances, string>,
    business: business.map((one, id) => ({ ...one, id })),
  }
}

/** A further step behind the last: twice its share, its times. */
export function withStep(steps: readonly StepDraft[]): StepDraft[] {
  const last = steps.at(-1)
  const share = Math.min(99, Math.max(1, Math.round(Number(last?.share ?? 5) * 2) || 5))
  const id = steps.reduce((most, step) => Math.max(most, step.id), -1) + 1
  return [...steps, { id, share: String(share), minutes: last?.minutes ?? '10', minSamples: last?.minSamples ?? '500' }]
}

/** What a draft says: a strategy, or the share of a split by hand; or what is wrong with it by field. */
export type ReadStrategy =
  | { strategy: Strategy; share: null; errors: null }
  | { strategy: null; share: number; errors: null }
  | { strategy: null; share: null; errors: DraftErrors }

/** The strategy of a draft, or what is wrong with it by field. */
export function readStrategy(draft: StrategyDraft): ReadStrategy {
  const { kind } = draft
  if (kind === 'by-hand') {
    const share = read(draft.share)
    if (Number.isInteger(share) && share >= 1 && share <= 99) return { strategy: null, share, errors: null }
    return { strategy: null, share: null, errors: { share: 'A whole percent from 1 to 99.' } }
  }
  const parsed = strategySchema.safeParse(valuesOf(draft, kind))
  const found = parsed.success ? [] : parsed.error.issues.map((issue) => [fieldOf(kind, issue.path), wordsFor(issue.path)] as const)
  const errors = { ...risingErrors(draft), ...Object.fromEntries(found) }
  return parsed.success && Object.keys(errors).length === 0
    ? { strategy: parsed.data, share: null, errors: null }
    : { strategy: null, share: null, errors }
}

/** The policy of a draft, whatever is wrong with the rest of the form; null when a limit is not valid. */
export function readJudge(judge: StrategyDraft['judge']): JudgePolicy | null {
  return judgePolicySchema.safeParse(judgeValues(judge)).data ?? null
}

function judgeValues({ falseAlarms, missedHarm, patience, tolerances, business }: StrategyDraft['judge']): unknown {
  return {
    falseAlarms: read(falseAlarms) / 100,
    missedHarm: read(missedHarm) / 100,
    patience: read(patience),
    tolerances: Object.fromEntries(toleranceFields.map(({ name, per }) => [name, read(tolerances[name]) / per])),
    business: business.map(({ figure, better }) => ({ figure: figure.trim(), better })),
  }
}

function valuesOf(draft: StrategyDraft, kind: Strategy['kind']): unknown {
  const { automatic, onGood } = draft
  const judge = judgeValues(draft.judge)
  const time = { minutes: read(draft.minutes), minSamples: read(draft.minSamples) }
  switch (kind) {
    case 'all-at-once':
      return { kind }
    case 'canary': {
      const steps = draft.steps.map(({ share, minutes, minSamples }) => ({
        share: read(share),
        minutes: read(minutes),
        minSamples: read(minSamples),
      }))
      return { kind, steps, automatic, judge }
    }
    case 'blue-green':
      return { kind, ...time, automatic, judge }
    case 'shadow':
      return { kind, share: read(draft.share), ...time, onGood, judge }
    case 'ab':
      return { kind, share: read(draft.share), ...time, judge }
    case 'bandit': {
      const reward = draft.reward.trim() === '' ? 'correct' : { figure: draft.reward.trim() }
      return { kind, assignment: { kind: 'bandit', method: draft.method, epsilon: read(draft.epsilon) / 100, reward }, ...time, judge }
    }
  }
}

/** What is typed, as a number; an empty field is none. */
function read(typed: string): number {
  return typed.trim() === '' ? Number.NaN : Number(typed.replace(',', '.'))
}

function risingErrors({ kind, steps }: StrategyDraft): DraftErrors {
  if (kind !== 'canary') return {}
  if (read(steps[0]?.share ?? '') === 100) return { 'steps.0.share': 'Below 100 %: all at once is a strategy of its own.' }
  const falling = steps.flatMap(({ share }, i) => {
    const before = steps[i - 1]
    return before && read(share) <= read(before.share) ? [[`steps.${i}.share`, `Above the ${before.share} % of the step before.`]] : []
  })
  return Object.fromEntries(falling)
}

/** The path of the draft that a path of the strategy was made from. */
function fieldOf(kind: string, path: readonly PropertyKey[]): string {
  const inner = path[0] === 'assignment' ? path.slice(1) : path
  return inner.length === 0 ? kind : inner.map(String).join('.')
}

function wordsFor(path: readonly PropertyKey[]): string {
  switch (path[0] === 'steps' && path.length > 1 ? path[2] : (path[1] ?? path[0])) {
    case 'steps':
      return 'One to ten steps.'
    case 'share':
      return 'A whole percent from 1 to 100.'
    case 'minutes':
      return 'Minutes from 0.05 to 10,080.'
    case 'minSamples':
      return 'A whole number of answers, 1 or more.'
    case 'falseAlarms':
    case 'missedHarm':
      return 'A percent from 0.01 to 50.'
    case 'patience':
      return 'From 1 to 100 times the minutes.'
    case 'epsilon':
      return 'A percent from 0 to 100.'
    case 'business':
      return 'Name each figure, five at most.'
    default:
      return 'Not below 0, and not above all of it.'
  }
}

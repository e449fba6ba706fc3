import type { CanaryStep, JudgePolicy, Strategy } from '#core/releases/strategy'
import { formatNumber, formatShare } from '#core/words/format'
import type { StrategyKind } from './strategy-draft.ts'

/** The ways to traffic in the order of the deploy sheet, each in one sentence. */
export const strategyChoices: readonly { kind: StrategyKind; title: string; sentence: string }[] = [
  {
    kind: 'canary',
    title: 'Canary by steps',
    sentence: 'Takes a small share first and more at each step, while the judge compares both versions.',
  },
  { kind: 'all-at-once', title: 'All at once', sentence: 'Takes all traffic at one switch; nobody compares.' },
  {
    kind: 'blue-green',
    title: 'Blue/green',
    sentence: 'Takes all traffic at one switch; the old version stays loaded and is brought back if the new one does harm.',
  },
  {
    kind: 'shadow',
    title: 'Shadow',
    sentence: 'Gets copies of the requests; its answers are compared and discarded, so no caller meets it.',
  },
  {
    kind: 'ab',
    title: 'A/B test',
    sentence: 'A fixed split, the same version for the same caller, until outcomes tell which is better; a person decides.',
  },
  {
    kind: 'bandit',
    title: 'Bandit',
    sentence: 'Outcomes move the traffic by themselves to the version that earns more.',
  },
  { kind: 'by-hand', title: 'By hand', sentence: 'A fixed share that people move; nobody judges it.' },
]

/** "Canary by steps" for a kind. */
export function strategyTitle(kind: StrategyKind): string {
  return strategyChoices.find((choice) => choice.kind === kind)?.title ?? kind
}

/** "5, 25, 50, then 100 %, at least 10 min each, and 200 to 1,000 answers in all": samples count since the rollout began. */
export function stepsSentence(steps: readonly CanaryStep[]): string {
  const shares = steps.map(({ share }) => share).filter((share) => share < 100)
  const list = shares.length === 0 ? '100 %' : `${shares.join(', ')}, then 100 %`
  const minutes = rangeWords(steps.map((step) => step.minutes))
  const samples = rangeWords(steps.map((step) => step.minSamples))
  return `${list}, at least ${minutes} min each, and ${samples} answers in all`
}

/** What the strategy will do, in one sentence with its figures. */
export function planSentence(strategy: Strategy, champion: number, challenger: number): string {
  const time = (step: { minutes: number; minSamples: number }) =>
    `at least ${formatNumber(step.minutes)} min and ${formatNumber(step.minSamples)} answers`
  switch (strategy.kind) {
    case 'all-at-once':
      return `v${challenger} takes all traffic within 5 s.`
    case 'canary':
      return `v${challenger} takes ${stepsSentence(strategy.steps)}; ${strategy.automatic ? 'it steps, is promoted and rolled back by itself' : 'people press the buttons'}.`
    case 'blue-green':
      return `v${challenger} takes all traffic within 5 s; v${champion} stays loaded for ${time(strategy)}.`
    case 'shadow':
      return `v${challenger} gets copies of ${strategy.share} % of the requests for ${time(strategy)}; then ${strategy.onGood === 'ask' ? 'a person is asked' : 'it takes all traffic if it holds'}.`
    case 'ab':
      return `v${challenger} takes ${strategy.share} % for ${time(strategy)}; then a person is asked.`
    case 'bandit':
      return `v${champion} and v${challenger} begin with half each and share by what outcomes say, for ${time(strategy)}.`
  }
}

/** The judge in one sentence: its tests are sequential and hold however often one looks (core/stats). */
export function judgeSentence({ falseAlarms }: Pick<JudgePolicy, 'falseAlarms'>): string {
  return `Sequential tests that hold however often they look; at most ${formatShare(falseAlarms, 0)} false rollbacks; undecided, it asks.`
}

function rangeWords(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? formatNumber(least) : `${formatNumber(least)} to ${formatNumber(most)}`
}

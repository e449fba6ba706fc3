import { type Command, InvalidArgumentError, Option } from 'commander'
import type { FallbackStep } from '#core/releases/settings'
import { defaultCanary, type Strategy, strategySchema } from '#core/releases/strategy'
import { UsageError } from './usage-error'

/** What `stageline deploy` says of how a version comes to its traffic. */
export type StrategyOptions = {
  strategy?: Strategy['kind']
  share?: number
  steps?: number[]
  minutes?: number
  samples?: number
  byHand?: boolean
  onGood?: 'ask' | 'promote'
  method: 'epsilon-greedy' | 'thompson'
  epsilon?: number
  reward?: string
}

const kinds = ['all-at-once', 'canary', 'blue-green', 'shadow', 'ab', 'bandit'] as const satisfies Strategy['kind'][]
/** Time and samples of strategies that have one step, as the sheet in the browser begins with them. */
const oneStep = { minutes: 10, minSamples: 500 }

/** Adds the options; `readStrategy` reads them. */
export function addStrategyOptions(command: Command): Command {
  return command
    .option('--share <percent>', 'alone: a split by hand that nobody judges; of a shadow or an A/B test: its share', percent)
    .addOption(new Option('--strategy <kind>', 'how it comes to its traffic (default: all at once)').choices(kinds))
    .option('--steps <percents>', 'shares of a canary, rising, for example 5,25,50; then all traffic', percents)
    .option('--minutes <number>', 'how long each step lasts at least (default: 10)', aboveZero)
    .option('--samples <number>', 'how many requests the new version must have answered before a step ends', wholeNumber)
    .option('--by-hand', 'of a canary or blue/green: show verdicts, and leave every step to people')
    .addOption(new Option('--on-good <what>', 'what a good verdict on a shadow leads to').choices(['ask', 'promote']))
    .addOption(new Option('--method <name>', 'how a bandit chooses').choices(['thompson', 'epsilon-greedy']).default('thompson'))
    .option('--epsilon <share>', 'share of the requests that an epsilon-greedy bandit gives to any version (default: 0.1)', fraction)
    .option('--reward <figure>', 'the business figure that a bandit learns from (default: right answers)')
}

/** The strategy that the options name; undefined for a deploy all at once or a split by hand. */
export function readStrategy(options: StrategyOptions): Strategy | undefined {
  const { strategy: kind, share, steps, minutes, samples, byHand, onGood, method, epsilon, reward } = options
  const refuse = (given: unknown, option: string, of: readonly Strategy['kind'][]) => {
    if (given !== undefined && (kind === undefined || !of.includes(kind)))
      throw new UsageError(`${option} needs --strategy ${of.join(' or ')}.`)
  }
  refuse(steps, '--steps', ['canary'])
  refuse(minutes, '--minutes', ['canary', 'blue-green', 'shadow', 'ab', 'bandit'])
  refuse(samples, '--samples', ['canary', 'blue-green', 'shadow', 'ab', 'bandit'])
  refuse(byHand, '--by-hand', ['canary', 'blue-green'])
  refuse(onGood, '--on-good', ['shadow'])
  refuse(epsilon, '--epsilon', ['bandit'])
  refuse(reward, '--reward', ['bandit'])
  if (kind === undefined) return undefined
  if (share !== undefined && kind !== 'shadow' && kind !== 'ab')
    throw new UsageError(`--share goes with --strategy shadow or ab, or alone; not with ${kind}.`)
  const automatic = byHand !== true
  const time = { minutes: minutes ?? oneStep.minutes, minSamples: samples ?? oneStep.minSamples }
  const part = share === undefined ? {} : { share }
  const reading = strategySchema.safeParse(
    {
      'all-at-once': { kind },
      canary: { kind, automatic, steps: canarySteps(steps, minutes, samples) },
      'blue-green': { kind, automatic, ...time },
      shadow: { kind, ...part, ...time, ...(onGood ? { onGood } : {}) },
      ab: { kind, ...part, ...time },
      bandit: {
        kind,
        ...time,
        assignment: {
          kind: 'bandit',
          method,
          ...(epsilon === undefined ? {} : { epsilon }),
          ...(reward ? { reward: { figure: reward } } : {}),
        },
      },
    }[kind],
  )
  if (reading.success) return reading.data
  const [issue] = reading.error.issues
  throw new UsageError(`--strategy ${kind}: ${issue?.path.join('.')} ${issue?.message ?? 'not valid'}`)
}

/** Steps of the house where none are named, with the time and samples that are. */
function canarySteps(shares: number[] | undefined, minutes: number | undefined, samples: number | undefined) {
  const known = new Map(defaultCanary.steps.map((step) => [step.share, step]))
  return (shares ?? [...known.keys()]).map((share) => ({
    share,
    minutes: minutes ?? known.get(share)?.minutes ?? oneStep.minutes,
    minSamples: samples ?? known.get(share)?.minSamples ?? oneStep.minSamples,
  }))
}

export const fallbackHelp = 'who answers when the version does not: v3, last-good, =label or =number; repeat it for a chain, or none'

/** The steps of `--fallback`; null when it was not given. `versionOf` turns a number into the id of that version. */
export async function readFallback(
  wanted: readonly string[],
  { isNumber, versionOf }: { isNumber: boolean; versionOf(number: number): Promise<string> },
): Promise<FallbackStep[] | null> {
  if (wanted.length === 0) return null
  if (wanted.includes('none')) {
    if (wanted.length > 1) throw new UsageError('--fallback none stands alone.')
    return []
  }
  const steps: FallbackStep[] = []
  for (const text of wanted) {
    const number = /^v?(\d+)$/.exec(text)?.[1]
    if (text === 'last-good') steps.push({ kind: 'version', versionId: '', lastGood: true })
    else if (number) steps.push({ kind: 'version', versionId: await versionOf(Number(number)), lastGood: false })
    else if (!text.startsWith('=') || text === '=') throw new UsageError(`--fallback ${text}: it must be ${fallbackHelp.split(': ')[1]}.`)
    else if (isNumber) steps.push({ kind: 'value', value: numberOf(text.slice(1)) })
    else steps.push({ kind: 'answer', label: text.slice(1) })
  }
  return steps
}

function numberOf(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new UsageError(`--fallback =${text}: the model answers a number, so this must be one.`)
  return value
}

/** Collects `--fallback` options. */
export const collect = (text: string, before: readonly string[]): string[] => [...before, text]

export function percent(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 100) throw new InvalidArgumentError('It must be a whole percent from 1 to 100.')
  return value
}

export function fraction(text: string): number {
  const value = Number(text)
  if (text === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must lie between 0 and 1.')
  return value
}

function percents(text: string): number[] {
  return text.split(',').map((each) => percent(each.trim().replace(/ ?%$/, '')))
}

function aboveZero(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return value
}

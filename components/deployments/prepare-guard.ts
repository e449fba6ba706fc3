import type { SignalVerdict } from '#core/releases/measured'
import { formatNumber, formatScore, formatShare, formatSigned, formatValue } from '#core/words/format'

/** One line of the guard limits, ready to draw. Missing figures are null, never zero. */
export type GuardRow = {
  signal: string
  name: string
  limit: string | null
  champion: string | null
  challenger: string | null
  change: string | null
  /** How much of the change that is allowed is used, 0 to 1; null where nothing can be said. */
  used: number | null
  look: { status: 'done' | 'failed' | 'queued' | 'stale'; word: string; colour: string }
  /** What the judge says of it, with the p-values. */
  sentence: string
}

const names: Readonly<Record<string, string>> = {
  errors: 'Error rate',
  latencyP50: 'p50 latency',
  latencyP99: 'p99 latency',
  confidence: 'Mean confidence',
  lowConfidence: 'Low confidence',
  mix: 'Prediction mix',
  disagreement: 'Disagreement',
  accuracy: 'Accuracy',
}
/** Signals of which less is worse, also when the limit equals the champion; of business figures the limit tells. */
const mustNotFall: readonly string[] = ['confidence', 'accuracy']
/** Above this the bar warns although nothing is proven. */
const nearLimit = 0.75

const looks: Record<SignalVerdict['state'], GuardRow['look']> = {
  safe: { status: 'done', word: 'holds', colour: 'var(--st-done)' },
  harm: { status: 'failed', word: 'breached', colour: 'var(--st-failed)' },
  open: { status: 'queued', word: 'not decided yet', colour: 'var(--series-8)' },
  'no-data': { status: 'stale', word: 'no data', colour: 'var(--series-8)' },
}

/** What a signal is called on the page: "Error rate", or the name of the business figure. */
export function signalName(signal: string): string {
  return names[signal] ?? signal.replace(/^business:/, '')
}

/** The lines of the guard limits, in the order of the judge. */
export function guardRows(signals: readonly SignalVerdict[]): GuardRow[] {
  return signals.map((signal) => {
    const { champion, challenger, limit, state } = signal
    const words = wordsOf(signal)
    const used = usedShare(signal)
    const look = looks[state]
    return {
      signal: signal.signal,
      name: signalName(signal.signal),
      limit: limit === null ? null : `${hasLowerLimit(signal) ? '≥' : '≤'} ${words(limit)}`,
      champion: champion === null ? null : words(champion),
      challenger: challenger === null ? null : words(challenger),
      change: champion === null || challenger === null ? null : changeWords(signal, words),
      used,
      look: state === 'open' && used !== null && used > nearLimit ? { ...look, colour: 'var(--st-waiting)' } : look,
      sentence: sentenceOf(signal),
    }
  })
}

/** "3 hold, 2 not decided yet, 1 without data": what stands over the table, the worst first. */
export function guardSummary(signals: readonly SignalVerdict[]): string {
  const count = (state: SignalVerdict['state']) => signals.filter((signal) => signal.state === state).length
  const parts = [
    [count('harm'), 'breached'],
    [count('safe'), count('safe') === 1 ? 'holds' : 'hold'],
    [count('open'), 'not decided yet'],
    [count('no-data'), 'without data'],
  ] as const
  return parts.flatMap(([n, word]) => (n > 0 ? [`${n} ${word}`] : [])).join(', ')
}

/** The limit line of one signal for a chart; null while it has none. */
export function limitOf(signals: readonly SignalVerdict[], name: string): number | null {
  return signals.find(({ signal }) => signal === name)?.limit ?? null
}

function hasLowerLimit({ signal, champion, limit }: SignalVerdict): boolean {
  if (mustNotFall.includes(signal)) return true
  return signal.startsWith('business:') && champion !== null && limit !== null && limit < champion
}

/** From the champion's figure to the limit; where the champion is only the reference, from zero. */
function usedShare({ champion, challenger, limit, state }: SignalVerdict): number | null {
  if (state === 'no-data' || challenger === null || limit === null) return null
  const from = champion ?? 0
  if (limit === from) return challenger === from ? 0 : 1
  return Math.min(1, Math.max(0, (challenger - from) / (limit - from)))
}

function wordsOf({ unit }: SignalVerdict): (value: number) => string {
  switch (unit) {
    case 'share':
      return (value) => formatShare(value, Math.abs(value) < 0.1 ? 2 : 1)
    case 'ms':
      return (value) => `${value < 10 ? value.toFixed(1) : formatNumber(Math.round(value))} ms`
    case 'score':
    case 'distance':
      return formatScore
    case 'figure':
      return formatValue
  }
}

function changeWords({ unit, champion, challenger }: SignalVerdict, words: (value: number) => string): string {
  const difference = (challenger ?? 0) - (champion ?? 0)
  if (words(challenger ?? 0) === words(champion ?? 0)) return 'no difference'
  return formatSigned(difference, unit === 'share' ? (size) => `${(size * 100).toFixed(size < 0.1 ? 2 : 1)} pt` : words)
}

function sentenceOf({ sentence, pHarm, pSafe, samples }: SignalVerdict): string {
  if (pHarm === null || pSafe === null) return sentence
  return `${sentence} ${formatNumber(samples)} answers; p of harm ${pWords(pHarm)}, p of safety ${pWords(pSafe)}.`
}

/** p-values of the two questions: small is proof. */
function pWords(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toPrecision(2)
}

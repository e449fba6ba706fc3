import { formatNumber, formatScore, formatShare, formatValue } from '#core/words/format'
import type { SignalVerdict } from './measured'
import type { JudgePolicy, Tolerances } from './strategy'

const titles: Readonly<Record<string, string>> = {
  errors: 'errors',
  latencyP50: 'p50 latency',
  latencyP99: 'p99 latency',
  confidence: 'confidence',
  lowConfidence: 'low confidence',
  mix: 'the mix of answers',
  disagreement: 'disagreement',
  accuracy: 'accuracy',
}

/** What a signal is called within a sentence: "errors", or the name of the business figure. */
export function signalTitle(signal: string): string {
  return titles[signal] ?? signal.replace(/^business:/, '')
}

/** "The challenger fails 3.1 % of its requests, the champion 0.2 %: harm beyond the tolerance of 0.5 points is proven (p = 0.0004)." */
export function signalSentence(verdict: Omit<SignalVerdict, 'sentence'>, { tolerances }: JudgePolicy): string {
  const { signal, state, champion, challenger, limit, pHarm, pSafe } = verdict
  if (state === 'no-data' || challenger === null) return `Nothing to compare yet in ${signalTitle(signal)}.`
  const figures = figuresSentence(verdict)
  const tolerance = `the tolerance of ${toleranceWords(signal, tolerances)}`
  if (state === 'harm') return `${figures}: harm beyond ${tolerance} is proven (${pWords(pHarm)}).`
  if (state === 'safe') return `${figures}: that it stays within ${tolerance} is proven (${pWords(pSafe)}).`
  const isBeyond = limit !== null && (limit < (champion ?? 0) ? challenger < limit : challenger > limit)
  return isBeyond
    ? `${figures}: beyond ${tolerance}, which may still be chance (${pWords(pHarm)}).`
    : `${figures}: within ${tolerance} by now.`
}

function figuresSentence({ signal, champion, challenger, unit }: Omit<SignalVerdict, 'sentence'>): string {
  const [theirs, its] = [figureWords(champion ?? 0, unit), figureWords(challenger ?? 0, unit)]
  switch (signal) {
    case 'errors':
      return `The challenger fails ${its} of its requests, the champion ${theirs}`
    case 'latencyP50':
      return `Half of the challenger's requests take more than ${its}, of the champion's ${theirs}`
    case 'latencyP99':
      return `1 % of the challenger's requests take more than ${its}, of the champion's ${theirs}`
    case 'confidence':
      return `The challenger's mean confidence is ${its}, the champion's ${theirs}`
    case 'lowConfidence':
      return `${its} of the challenger's answers have low confidence, of the champion's ${theirs}`
    case 'mix':
      return `The mixes of answers of both versions lie ${its} apart`
    case 'disagreement':
      return `The challenger disagrees with the champion on ${its} of the rows`
    case 'accuracy':
      return `The challenger is right in ${its} of the cases with an outcome, the champion in ${theirs}`
    default:
      return `The challenger's mean ${signalTitle(signal)} is ${its}, the champion's ${theirs}`
  }
}

function figureWords(value: number, unit: SignalVerdict['unit']): string {
  switch (unit) {
    case 'share':
      return formatShare(value, value > 0 && value < 0.01 ? 2 : 1)
    case 'ms':
      return `${value < 10 ? value.toFixed(1) : formatNumber(Math.round(value))} ms`
    case 'score':
    case 'distance':
      return formatScore(value)
    case 'figure':
      return formatValue(value)
  }
}

function toleranceWords(signal: string, tolerances: Tolerances): string {
  switch (signal) {
    case 'errors':
      return points(tolerances.errorShare)
    case 'latencyP50':
    case 'latencyP99':
      return latencyWords(tolerances)
    case 'confidence':
      return formatValue(tolerances.confidence)
    case 'lowConfidence':
      return points(tolerances.lowShare)
    case 'mix':
      return formatValue(tolerances.mix)
    case 'disagreement':
      return percent(tolerances.disagreement)
    case 'accuracy':
      return points(tolerances.accuracy)
    default:
      return percent(tolerances.business)
  }
}

function latencyWords({ latency, latencyMs }: Tolerances): string {
  return latencyMs > 0 ? `${percent(latency)}, at least ${formatValue(latencyMs)} ms` : percent(latency)
}

function points(share: number): string {
  const words = formatValue(Number((share * 100).toPrecision(6)))
  return words === '1' ? '1 point' : `${words} points`
}

function percent(share: number): string {
  return `${formatValue(Number((share * 100).toPrecision(6)))} %`
}

function pWords(p: number | null): string {
  if (p === null) return 'p unknown'
  return p < 0.0001 ? 'p < 0.0001' : `p = ${Number(p.toPrecision(2))}`
}

/** What a policy does, in two sentences that a lead can read. */
export function policyInWords({ falseAlarms, tolerances, business, patience }: JudgePolicy): string {
  const harms = [
    `${points(tolerances.errorShare)} more failed requests`,
    `${latencyWords(tolerances)} more latency`,
    `${formatValue(tolerances.confidence)} less confidence`,
    `${points(tolerances.lowShare)} more answers of low confidence`,
    `a mix of answers ${formatValue(tolerances.mix)} apart`,
    `${points(tolerances.accuracy)} less accuracy`,
    ...business.map(({ figure, better }) => `${percent(tolerances.business)} ${better === 'higher' ? 'less' : 'more'} ${figure}`),
  ]
  const last = harms.pop()
  return `Rolls back when harm is proven, which is more than ${harms.join(', ')} or ${last}; of harmless versions at most ${percent(falseAlarms)} are rolled back, however often it looks. Goes on when every figure is clearly within its limit, and asks a person when that is not clear after ${formatValue(patience)} times the planned minutes.`
}

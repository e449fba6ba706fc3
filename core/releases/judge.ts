import { pValueOf } from '#core/stats/evidence'
import { formatDuration, formatNumber, plural } from '#core/words/format'
import { type JudgeKind, type Reading, readSignals } from './judge-signals'
import { signalSentence, signalTitle } from './judge-words'
import type { Measured, SignalVerdict, Verdict } from './measured'
import type { JudgePolicy } from './strategy'

export { policyInWords } from './judge-words'

/** Where a rollout stands when it is judged. */
export type JudgedStep = {
  /** Time in the step so far, and the least and the longest that it may take. */
  elapsedMs: number
  minMs: number
  maxMs: number
  /** Requests that the challenger must have answered, of those that were measured; 0 where it is not to answer any. */
  minSamples: number
  /** After it the challenger has all traffic for good. */
  isLast: boolean
}

export type JudgeInput = {
  /** From `joinSteps` where the share changed on the way. */
  measured: Measured
  policy: JudgePolicy
  step: JudgedStep
  kind?: JudgeKind
}

/**
 * How much likelier the figures must be within a limit than beyond it (a plain likelihood ratio, told as its logarithm) for a
 * signal to be clear. On the way it is enough that they are not beyond; before all traffic, twice as likely. No proof, but
 * a challenger that is harmful by a little would have to pass it at every step.
 */
const clearAt = { onTheWay: 0, last: Math.log(2) }
/** Before a step has had its time, a figure holds the rollout when it is so much likelier beyond its limit. */
const warnsAt = Math.log(4)
/** So much likelier beyond a limit, and a person who is asked gets this advice. */
const advisesAt = Math.log(20)

/** Of the rate of false alarms errors get so many parts, every other signal one: they are the surest sign of harm. */
const partsOfErrors = 3

/**
 * What the figures of both arms say about a challenger. Pure; may be asked at any time and as often as one likes:
 *
 *   harm is proven in a signal                                            -> rollback
 *   too early, or too few requests, or not clear by now                   -> continue
 *   a figure lies beyond its limit, though nothing is proven              -> hold
 *   the same, or no traffic to judge by, after the longest time           -> inconclusive
 *   time and requests are there, and every signal is clear or proven safe -> promote
 *
 * However often one looks, at most `policy.falseAlarms` of the challengers that are within all tolerances are rolled back:
 * each signal's test is anytime-valid (core/stats/evidence.ts) and gets its part of that rate.
 */
export function judge({ measured, policy, step, kind = 'canary' }: JudgeInput): Verdict {
  const readings = readSignals(measured, policy, kind)
  const parts = readings.length - 1 + partsOfErrors
  const signals = readings.map((reading) => judgeSignal(reading, policy, partOf(reading) / parts))
  const verdict = (decision: Verdict['decision'], sentence: string): Verdict => ({ decision, sentence, signals })

  const harmful = signals.filter(({ state }) => state === 'harm')
  if (harmful.length > 0) return verdict('rollback', harmful.map(({ sentence }) => sentence).join(' '))

  const standing = readings.map((reading, i) => standingOf(reading, signals[i], step))
  const open = openWords(measured, step) ?? unclearWords(readings, standing, kind, step)
  if (open === null) return verdict('promote', promotionWords(measured, signals, step))

  const beyond = signals.filter((_, i) => standing[i] === 'beyond')
  const why = beyond.length > 0 ? beyond.map(({ sentence }) => sentence).join(' ') : open
  if (step.elapsedMs >= step.maxMs) {
    const isLikelyHarm = readings.some(({ evidence }) => evidence !== null && evidence.clear < -advisesAt)
    const advice = isLikelyHarm ? ' Harm is likely, though not proven: rolling back is advised.' : ''
    return verdict('inconclusive', `${why}${advice} After ${formatDuration(step.elapsedMs)} a person must decide.`)
  }
  return beyond.length > 0 ? verdict('hold', `${why} The share does not grow until this is clear.`) : verdict('continue', open)
}

function partOf({ signal }: Reading): number {
  return signal === 'errors' ? partsOfErrors : 1
}

function judgeSignal(reading: Reading, policy: JudgePolicy, part: number): SignalVerdict {
  const { evidence, isMissing: _missing, comes: _comes, ...figures } = reading
  const [pHarm, pSafe] = evidence ? [pValueOf(evidence.harm), pValueOf(evidence.safe)] : [null, null]
  const state = stateOf(pHarm, pSafe, { harm: policy.falseAlarms * part, safe: policy.missedHarm })
  return { ...figures, state, pHarm, pSafe, sentence: signalSentence({ ...figures, state, pHarm, pSafe }, policy) }
}

function stateOf(pHarm: number | null, pSafe: number | null, levels: { harm: number; safe: number }): SignalVerdict['state'] {
  if (pHarm === null || pSafe === null) return 'no-data'
  if (pHarm <= levels.harm) return 'harm'
  return pSafe <= levels.safe ? 'safe' : 'open'
}

/** Where a signal stands that proves no harm. `silent` has no data, and needs none. */
type Standing = 'clear' | 'open' | 'beyond' | 'missing' | 'silent'

function standingOf({ evidence, isMissing, comes }: Reading, verdict: SignalVerdict | undefined, step: JudgedStep): Standing {
  if (!evidence) return isMissing && comes === 'now' ? 'missing' : 'silent'
  if (verdict?.state === 'safe') return 'clear'
  const isDue = step.elapsedMs >= step.minMs
  // of what comes late there may long be too little to say more than this
  if (evidence.clear < (isDue && comes === 'now' ? 0 : -warnsAt)) return 'beyond'
  return evidence.clear >= (step.isLast ? clearAt.last : clearAt.onTheWay) ? 'clear' : 'open'
}

/** What time or traffic is missing, in words; null when the step has had both. */
function openWords({ champion, challenger }: Measured, { elapsedMs, minMs, minSamples }: JudgedStep): string | null {
  if (challenger.requests < minSamples)
    return `The challenger has answered ${formatNumber(challenger.requests)} of the ${plural(minSamples, 'request')} that this step needs; no harm is proven.`
  if (elapsedMs < minMs) return `The step lasts ${formatDuration(minMs - elapsedMs)} longer; no harm is proven.`
  if (minSamples > 0 && champion.requests === 0) return 'The champion has answered no request to compare with.'
  return null
}

/** Which signals are not clear by now, in words; null when all are. What comes late is waited for where it is what decides. */
function unclearWords(readings: readonly Reading[], standing: readonly Standing[], kind: JudgeKind, step: JudgedStep): string | null {
  if (step.minSamples === 0) return null
  const titles = (isMeant: (reading: Reading, standing: Standing | undefined) => boolean) =>
    readings.flatMap((reading, i) => (isMeant(reading, standing[i]) ? [signalTitle(reading.signal)] : []))
  const missing = titles((_, at) => at === 'missing')
  if (missing.length > 0) return `The challenger has no data of ${missing.join(', ')}.`
  const needsOutcomes = kind === 'ab' || kind === 'bandit'
  const isWaitedFor = ({ comes }: Reading) => comes === 'now' || needsOutcomes
  const unclear = titles((reading, at) => at === 'beyond' || (at === 'open' && isWaitedFor(reading)))
  if (unclear.length > 0) return `No harm is proven, but it is not clear yet in ${unclear.join(', ')}.`
  const hasOutcome = readings.some(({ comes }, i) => comes === 'late' && standing[i] === 'clear')
  return needsOutcomes && !hasOutcome ? 'No harm is proven; too few outcomes have come to say which version is better.' : null
}

function promotionWords({ challenger }: Measured, signals: readonly SignalVerdict[], { minSamples }: JudgedStep): string {
  const known = signals.filter(({ state }) => state !== 'no-data').length
  if (minSamples === 0 && known === 0) return 'The challenger stands ready.'
  const safe = signals.filter(({ state }) => state === 'safe').length
  const proven = safe > 0 ? `; of ${safe === known ? 'all of them' : safe} it is proven` : ''
  return `The challenger is within ${known === 1 ? 'the one limit' : `all ${known} limits`} with data after ${plural(challenger.requests, 'request')}${proven}.`
}

import type { Verdict } from './measured'

/** When verdicts are asked for and kept, so that a rollout of weeks stays small and one of minutes is seen live. */

const leastLookMs = 1_500
const mostLookMs = 30_000
const leastKeptMs = 30_000
/** About so many looks, and so many kept verdicts, in every stretch that doubles the age of a rollout. */
const looksPerAge = 400
const keptPerAge = 200

/** The time between two looks at a rollout of this age. */
export function lookEveryMs(ageMs: number): number {
  return Math.min(mostLookMs, Math.max(leastLookMs, ageMs / looksPerAge))
}

type Kept = { step: number; verdict: Verdict; at: Date }

/**
 * Whether a verdict is kept beside the last one. If not, it takes the place of the last one: that says the same, and came too
 * short a time after the one before it.
 */
export function isNewVerdict({ ageMs, ...said }: Kept & { ageMs: number }, last: Kept, before: Kept | null): boolean {
  if (!isSame(said, last)) return true
  // The first of its kind stays where it was said.
  if (before === null || !isSame(last, before)) return true
  return last.at.getTime() - before.at.getTime() >= Math.max(leastKeptMs, ageMs / keptPerAge)
}

/** The same decision in the same step for the same reason: figures in the words may differ. */
function isSame(a: Kept, b: Kept): boolean {
  return a.step === b.step && a.verdict.decision === b.verdict.decision && gist(a.verdict.sentence) === gist(b.verdict.sentence)
}

/** The first sentence without its figures. */
function gist(sentence: string): string {
  const plain = sentence.replace(/\d[\d.,]*\d|\d/g, '#').replace(/(# (ms|s|min|h|d)\b ?)+/g, '# ')
  return plain.split(/\.(?: |$)/)[0] ?? ''
}

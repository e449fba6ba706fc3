import { formatNumber, formatScore, formatShare, plural } from '#core/words/format'

/** What one arm did while a release was in force. */
export type PastArm = {
  version: number
  rows: number
  errorShare: number | null
  p99Ms: number | null
  confidence: number | null
  lowShare: number | null
}

/** "1,204 answers, p99 23 ms, errors 0.10 %"; of two arms the answers of each. "no answers" when nobody called. */
export function figuresLine(arms: readonly PastArm[]): string {
  const [only, second] = arms
  if (!only || arms.every(({ rows }) => rows === 0)) return 'no answers'
  if (second)
    return arms
      .map(({ version, rows }) => `v${version} ${formatNumber(rows)}`)
      .join(', ')
      .concat(' answers')
  const parts = [plural(only.rows, 'answer')]
  if (only.p99Ms !== null) parts.push(`p99 ${msWords(only.p99Ms)}`)
  if (only.errorShare !== null) parts.push(`errors ${formatShare(only.errorShare, 2)}`)
  return parts.join(', ')
}

/** The figures of all arms, a line each; lines that no arm has are left out. Null is not measured. */
export function figureRows(arms: readonly PastArm[]): { name: string; values: (string | null)[] }[] {
  const read = (name: string, of: (arm: PastArm) => number | null, words: (value: number) => string) => ({
    name,
    values: arms.map((arm) => {
      const value = arm.rows === 0 && name !== 'answers' ? null : of(arm)
      return value === null ? null : words(value)
    }),
  })
  return [
    read('answers', ({ rows }) => rows, formatNumber),
    read(
      'errors',
      ({ errorShare }) => errorShare,
      (share) => formatShare(share, 2),
    ),
    read('latency p99', ({ p99Ms }) => p99Ms, msWords),
    read('mean confidence', ({ confidence }) => confidence, formatScore),
    read(
      'low confidence',
      ({ lowShare }) => lowShare,
      (share) => formatShare(share),
    ),
  ].filter(({ values }) => values.some((value) => value !== null))
}

/** A reason as a sentence: people write it with its full stop or without. */
export function reasonSentence(reason: string): string {
  const text = reason.trim()
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`
}

/** Marks for charts: where the traffic was changed, in few letters. */
export function releaseMarks(
  history: readonly { kind: string; at: Date; arms: readonly { version: number; weight: number }[] }[],
): { at: number; name: string }[] {
  return [...history]
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ kind, at, arms: [champion, challenger] }) => ({
      at: at.getTime(),
      name: challenger ? `${challenger.weight} %` : `${kind === 'rollback' ? 'back to ' : ''}v${champion?.version}`,
    }))
}

function msWords(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : formatNumber(Math.round(ms))} ms`
}

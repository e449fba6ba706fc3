import { plural } from '#core/words/format'

/** How a deployment does, in a shape, a colour and a word; the sentence says why. */
export type HealthLook = { status: 'done' | 'waiting' | 'failed' | 'queued'; word: string }

const looks: Record<'ok' | 'warn' | 'bad' | 'idle', HealthLook> = {
  ok: { status: 'done', word: 'well' },
  warn: { status: 'waiting', word: 'needs a look' },
  bad: { status: 'failed', word: 'in trouble' },
  idle: { status: 'queued', word: 'idle' },
}

export function healthLook(state: keyof typeof looks): HealthLook {
  return looks[state]
}

/** Requests of each minute, oldest first; null before the deployment existed, so that a young one does not seem silent. */
export function sparkMinutes(perMinute: readonly number[], liveSince: Date, now: Date): (number | null)[] {
  const minuteMs = 60_000
  return perMinute.map((count, i) => {
    const end = now.getTime() - (perMinute.length - 1 - i) * minuteMs
    return count === 0 && end < liveSince.getTime() ? null : count
  })
}

/** What the sparkline says to those who do not see it. */
export function sparkWords(perMinute: readonly number[]): string {
  const sum = perMinute.reduce((total, count) => total + count, 0)
  return sum === 0
    ? `no requests in ${perMinute.length} minutes`
    : `${plural(sum, 'request')} in ${perMinute.length} minutes, ${plural(Math.max(...perMinute), 'request')} in the busiest`
}

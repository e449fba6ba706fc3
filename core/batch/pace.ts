import { formatDuration, formatNumber } from '#core/words/format'

/** Shorter looks say more about the start than about the pace. */
const leastMs = 1_000

/** How fast it goes and how long it still takes, in words: "12,400 rows a second, about 2 min left". */
export function paceWords({ done, total, sinceMs, before }: { done: number; total: number; sinceMs: number; before: number }): string {
  const made = done - before
  if (made <= 0 || sinceMs < leastMs) return 'Answering rows'
  const rate = made / (sinceMs / 1000)
  const left = (total - done) / rate
  const words = left < 60 ? `${Math.round(left)} s` : formatDuration(left * 1000)
  const pace = formatNumber(rate < 100 ? Number(rate.toPrecision(2)) : Math.round(rate))
  return `${pace} rows a second, ${left < 1 ? 'almost done' : `about ${words} left`}`
}

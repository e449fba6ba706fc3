import { formatCompact, formatNumber } from '#core/words/format'

/** Requests per second, minute or hour: the unit that gives a figure above 1. */
export function rateWords(requests: number, spanMs: number): { value: string; unit: string } {
  const perSecond = requests / Math.max(1, spanMs / 1000)
  if (perSecond >= 1) return { value: short(perSecond), unit: '/s' }
  if (perSecond * 60 >= 1) return { value: short(perSecond * 60), unit: '/min' }
  return { value: short(perSecond * 3600), unit: '/h' }
}

/** Milliseconds without the unit: one decimal below ten. */
export function msWords(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : formatNumber(Math.round(ms))
}

function short(value: number): string {
  return value >= 1000 ? formatCompact(value) : value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')
}

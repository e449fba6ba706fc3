/** Figures and times in words, the same everywhere: units after a space, tabular digits, no locale surprises. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 48102 -> "48,102"; fractions keep three significant digits below 100. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return grouped.format(value)
  const digits = Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 10 ? 2 : 3
  return value.toFixed(digits).replace(/\.?0+$/, '')
}

/** A measured number of any size, to four digits or to the unit: 0.0001234, 12.35, "48,102", 1.5e+21. */
export function formatValue(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || value === 0) return formatNumber(value)
  if (size >= 1e15 || size < 1e-6) return String(Number(value.toPrecision(4)))
  return size >= 1000 ? grouped.format(value) : String(Number(value.toPrecision(4)))
}

/** 2510000 -> "2.51 M"; for tiles and axes. */
export function formatCompact(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e9) return `${(value / 1e9).toFixed(2)} G`
  if (size >= 1e6) return `${(value / 1e6).toFixed(2)} M`
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)} k`
  return formatNumber(value)
}

/** Numbers of one axis, all with the decimals that telling them apart takes: [6, 8, 10] -> "6", "8", "10"; [0.5, 1] -> "0.5", "1.0". */
export function formatTicks(values: readonly number[]): string[] {
  const most = Math.max(...values.map(Math.abs))
  const isExact = (digits: number) => values.every((value) => Math.abs(value - Number(value.toFixed(digits))) <= most * 1e-9)
  const digits = [0, 1, 2, 3, 4, 5, 6, 7].find(isExact) ?? 8
  const words = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return values.map((value) => words.format(value).replace('-', '−'))
}

/** 0.0613 -> "6.1 %" */
export function formatShare(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : '–'
}

/** A probability. No model is certain: what would round to 100 % or 0 % says so. */
export function formatProbability(share: number): string {
  if (share > 0.9995) return '> 99.9 %'
  return share < 0.0005 ? '< 0.1 %' : formatShare(share)
}

/** Three decimals, as scores are written: 0.902 */
export function formatScore(score: number): string {
  return Number.isFinite(score) ? score.toFixed(3) : '–'
}

/** A score with three decimals; what is far from 1 (an error in euros, a tiny loss) to four digits. */
export function formatFigure(value: number): string {
  const size = Math.abs(value)
  return size >= 10 || (size > 0 && size < 0.001) ? formatValue(value) : formatScore(value)
}

/** The size as `format` writes it, behind its sign: "+0.42", "−1,200". */
export function formatSigned(value: number, format: (size: number) => string): string {
  return `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`
}

/** 11953112 -> "11.4 MB" (powers of 1024) */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** 84 -> "84 ms", 1800 -> "1.8 s", 72000 -> "1 min 12 s", 5400000 -> "1 h 30 min" */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return withRest(minutes, 'min', Math.round(seconds - minutes * 60), 's')
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return withRest(hours, 'h', minutes - hours * 60, 'min')
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function withRest(value: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${value} ${unit}` : `${value} ${unit} ${rest} ${restUnit}`
}

/** "now", "2 min ago", "3 h ago", "yesterday", "41 d ago"; the exact time belongs on hover. */
export function formatAgo(at: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000)
  if (seconds < 0) return `in ${formatDuration(-seconds * 1000)}`
  if (seconds < 5) return 'now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  if (seconds < 2 * 86_400) return 'yesterday'
  return `${Math.floor(seconds / 86_400)} d ago`
}

/** "12:03:04" in the reader's zone. */
export function formatClock(at: Date): string {
  return at.toLocaleTimeString('en-GB')
}

/** "2026-09-30 17:52" in the reader's zone. */
export function formatDateTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}

/** plural(1, 'stage') -> "1 stage"; plural(1200, 'row') -> "1,200 rows" */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

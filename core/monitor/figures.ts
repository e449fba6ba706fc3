import type { Reference } from '#core/model/signature'
import { totalOf } from '#core/stats/shares'
import { formatDuration, formatNumber, formatScore, formatShare } from '#core/words/format'
import { predictionName } from './bins'
import { compareWithReference } from './drift'
import type { Rollup } from './rollup'
import { summarise } from './summary'

/**
 * What an alert rule may watch. A name is one of `plainFigures`, or `drift:<column>`, `drift:(prediction)`, `share:<class>`.
 * Each is measured over its own stretch of time, just long enough to mean something.
 */
export const plainFigures = [
  'requestsPerMinute',
  'errorRate',
  'clientErrorRate',
  'latencyP50',
  'latencyP95',
  'latencyP99',
  'meanConfidence',
  'lowConfidence',
  'driftedColumns',
] as const
export type PlainFigure = (typeof plainFigures)[number]

type Unit = 'share' | 'ms' | 'score' | 'count'
const about: Record<PlainFigure, { words: string; unit: Unit; minutes: number }> = {
  requestsPerMinute: { words: 'Requests a minute', unit: 'count', minutes: 1 },
  errorRate: { words: 'Errors (5xx)', unit: 'share', minutes: 1 },
  clientErrorRate: { words: 'Refused requests (4xx)', unit: 'share', minutes: 1 },
  latencyP50: { words: 'Latency p50', unit: 'ms', minutes: 1 },
  latencyP95: { words: 'Latency p95', unit: 'ms', minutes: 1 },
  latencyP99: { words: 'Latency p99', unit: 'ms', minutes: 1 },
  meanConfidence: { words: 'Mean confidence', unit: 'score', minutes: 5 },
  lowConfidence: { words: 'Low-confidence share', unit: 'share', minutes: 5 },
  driftedColumns: { words: 'Drifted columns', unit: 'count', minutes: 60 },
}

/** Which figure a rule's name means; null when it is none. */
export function parseFigure(name: string): { kind: 'plain'; figure: PlainFigure } | { kind: 'drift' | 'share'; of: string } | null {
  const plain = plainFigures.find((figure) => figure === name)
  if (plain) return { kind: 'plain', figure: plain }
  const colon = name.indexOf(':')
  const [kind, of] = [name.slice(0, colon), name.slice(colon + 1)]
  return (kind === 'drift' || kind === 'share') && of !== '' ? { kind, of } : null
}

/** Minutes of traffic that a figure is measured over, newest last. */
export function figureMinutes(name: string): number {
  const parsed = parseFigure(name)
  if (parsed?.kind === 'plain') return about[parsed.figure].minutes
  return parsed?.kind === 'share' ? 15 : 60
}

/**
 * The minutes that a figure is measured over at `nowMs`. Counts are taken over whole minutes only; all others take in the
 * minute that is still filling, to be a minute faster.
 */
export function figureWindow(name: string, nowMs: number): { fromMs: number; toMs: number } {
  const minute = Math.floor(nowMs / 60_000) * 60_000
  const fromMs = minute - figureMinutes(name) * 60_000
  return { fromMs, toMs: name === 'requestsPerMinute' ? minute : minute + 60_000 }
}

/** The name of a figure in words. */
export function figureWords(name: string): string {
  const parsed = parseFigure(name)
  if (parsed === null) return name
  if (parsed.kind === 'plain') return about[parsed.figure].words
  if (parsed.kind === 'share') return `Share of ${parsed.of}`
  return parsed.of === predictionName ? 'Drift of the predictions' : `Drift of ${parsed.of}`
}

/** The unit in which people write the limit of a figure; shares are written in %. */
export function figureUnit(name: string): Unit {
  const parsed = parseFigure(name)
  if (parsed?.kind === 'plain') return about[parsed.figure].unit
  return parsed?.kind === 'share' ? 'share' : 'score'
}

/** A value of a figure, with its unit. */
export function figureValueWords(name: string, value: number): string {
  switch (figureUnit(name)) {
    case 'share':
      return formatShare(value)
    case 'ms':
      return value < 100 ? `${formatNumber(Math.round(value * 10) / 10)} ms` : formatDuration(value)
    case 'count':
      return formatNumber(value)
    case 'score':
      return formatScore(value)
  }
}

/** The traffic of the last `minutes`: all versions in one roll-up, and the champion's own for what only it can be compared with. */
export type FigureTraffic = { all: Rollup; champion: Rollup; reference: Reference | null; minutes: number }

/** Measures a figure; null when there is nothing to measure it on. Drift is measured as PSI or Jensen-Shannon distance. */
export function measureFigure(name: string, { all, champion, reference, minutes }: FigureTraffic): number | null {
  const parsed = parseFigure(name)
  if (parsed === null) return null
  if (parsed.kind === 'share') {
    const total = totalOf(Object.values(all.classes))
    return total === 0 ? null : (Object.hasOwn(all.classes, parsed.of) ? (all.classes[parsed.of] ?? 0) : 0) / total
  }
  if (parsed.kind === 'plain') {
    const { figure } = parsed
    if (figure === 'requestsPerMinute') return all.requests / minutes
    if (figure !== 'driftedColumns') return summarise(all)[figure]
  }
  if (reference === null) return null
  const drift = compareWithReference(reference, champion)
  if (parsed.kind === 'drift') {
    const column = drift.find((one) => one.name === parsed.of)
    return column === undefined || column.state === 'not-enough-data' ? null : column.distance
  }
  const judged = drift.filter((column) => column.state !== 'not-enough-data')
  return judged.length === 0 ? null : judged.filter((column) => column.state === 'drifted').length
}

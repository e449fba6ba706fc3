import type { ExperimentMetric } from '#core/experiments/metric'
import type { Experiment } from '#core/experiments/views'
import { isFinal } from '#core/runs/status'
import { figureWords } from '../runs/run-words.ts'

/** A metric as people write it; missing is a dash. */
export function metricWords(metric: Pick<ExperimentMetric, 'value' | 'unit'> | null | undefined): string {
  return metric ? figureWords(metric.value, metric.unit) : '–'
}

/** Milliseconds that a training took, or takes so far; null before it began. */
export function tookMs(
  { status, durationMs, startedAt }: Pick<Experiment, 'status' | 'durationMs' | 'startedAt'>,
  nowMs: number,
): number | null {
  if (durationMs !== null) return durationMs
  return startedAt && !isFinal(status) && nowMs > 0 ? Math.max(0, nowMs - startedAt.getTime()) : null
}

/** "a, b,, a" -> a and b. */
export function readTags(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '')
}

/** A colour per experiment of a comparison, by its place. */
export function experimentColour(place: number): string {
  return `var(--series-${(place % 8) + 1})`
}

import { z } from 'zod'
import type { Figure, ReportValue } from '#core/ports/kinds'
import { isBaselineFigure } from '#core/reports/baselines'

/**
 * Where a figure was measured. The same name means other things there: accuracy on rows held back, on folds, or while it
 * trained, so experiments are never sorted by a mix of them. The one to trust most comes first.
 */
export const metricSources = ['evaluation', 'cross-validation', 'search', 'training'] as const
export type MetricSource = (typeof metricSources)[number]

const reportsOf: Record<MetricSource, readonly string[]> = {
  evaluation: ['classification', 'regression', 'recommendation'],
  'cross-validation': ['cross-validation', 'regression-cross-validation'],
  search: ['search'],
  training: ['training', 'clusters', 'anomalies'],
}

/** The kinds of report that tell of a source. */
export const reportKinds = (source: MetricSource): readonly string[] => reportsOf[source]
export const allReportKinds: readonly string[] = metricSources.flatMap(reportKinds)

/** The source that a kind of report tells of; null for reports that do not say how good a model is. */
export function sourceOf(report: string): MetricSource | null {
  return metricSources.find((source) => reportsOf[source].includes(report)) ?? null
}

export const metricKeySchema = z.object({ source: z.enum(metricSources), name: z.string().min(1).max(200) })
export type MetricKey = z.output<typeof metricKeySchema>

export const experimentMetricSchema = metricKeySchema.extend({
  value: z.number(),
  unit: z.string().optional(),
  better: z.enum(['higher', 'lower']).optional(),
})
export type ExperimentMetric = z.output<typeof experimentMetricSchema>

/** `evaluation:accuracy`: a metric in an address and as a key. */
export const metricId = ({ source, name }: MetricKey): string => `${source}:${name}`

export function parseMetricId(id: string): MetricKey | null {
  const colon = id.indexOf(':')
  const parsed = metricKeySchema.safeParse({ source: id.slice(0, colon), name: id.slice(colon + 1) })
  return parsed.success ? parsed.data : null
}

/** "accuracy" of an evaluation, "accuracy, cross-validated" of folds. */
export function metricLabel({ source, name }: MetricKey): string {
  const ends: Record<MetricSource, string> = {
    evaluation: '',
    'cross-validation': ', cross-validated',
    search: ', best trial',
    training: ', training',
  }
  return `${name}${ends[source]}`
}

type ReportOfStage = { stage: string; value: Pick<ReportValue, 'report' | 'figures'> }

/**
 * The metrics of one training from the reports of its model, by source. Where two stages measured the same, that of the
 * stage whose id comes first counts, here as in the database.
 */
export function experimentMetrics(reports: readonly ReportOfStage[]): ExperimentMetric[] {
  const seen = new Map<string, ExperimentMetric>()
  for (const { value } of [...reports].sort((a, b) => (a.stage < b.stage ? -1 : a.stage > b.stage ? 1 : 0))) {
    const source = sourceOf(value.report)
    if (source) for (const figure of value.figures) if (!isBaselineFigure(figure)) add(seen, source, figure)
  }
  return metricSources.flatMap((source) => [...seen.values()].filter((metric) => metric.source === source))
}

function add(seen: Map<string, ExperimentMetric>, source: MetricSource, { name, value, unit, better }: Figure): void {
  const key = metricId({ source, name })
  // A figure that is not finite became null in the database.
  if (seen.has(key) || typeof value !== 'number' || !Number.isFinite(value)) return
  seen.set(key, { source, name, value, ...(unit && { unit }), ...(better && { better }) })
}

const mostTelling = ['accuracy', 'macro F1', 'ROC-AUC', 'log-loss', 'R2', 'MAE', 'RMSE', 'NDCG', 'silhouette']
/** What else cannot be measured on rows held back: without right answers there is only what the training says. */
const ofGroups: MetricKey = { source: 'training', name: 'silhouette' }
const most = 7

/** The columns that a table shows before anybody chose: what people choose a model by, of the sources that are there. */
export function usualMetrics(there: readonly MetricKey[]): MetricKey[] {
  const has = (source: MetricSource, name: string) => there.some((metric) => metric.source === source && metric.name === name)
  const chosen = metricSources
    .slice(0, 2)
    .flatMap((source) => mostTelling.filter((name) => has(source, name)).map((name): MetricKey => ({ source, name })))
  if (chosen.length > 0) return [...chosen, ...(has(ofGroups.source, ofGroups.name) ? [ofGroups] : [])].slice(0, most)
  const others = metricSources
    .slice(2)
    .flatMap((source) => mostTelling.filter((name) => has(source, name)).map((name): MetricKey => ({ source, name })))
  return others.slice(0, most)
}

import type { ModelNotes } from '../models/model-notes'
import { openProcessFigures } from './process-figures'
import { type Counter, type Histogram, openRegistry, type Registry } from './registry'

/** Seconds; the buckets that Prometheus' HTTP histograms have everywhere. */
export const httpBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096]

/** What the gateway counts. Names and labels are documented in docs/configuration.md. */
export type GatewayMetrics = {
  registry: Registry
  /** method, route, status_code */
  httpSeconds: Histogram
  /** deployment, version, status */
  requests: Counter
  /** deployment, version: rows */
  predictions: Counter
  /** deployment, reason: rows that a fallback answered */
  fallbacks: Counter
  /** model, version: rows that ran together */
  batchRows: Histogram
  /** model, version */
  runSeconds: Histogram
  /** model, version */
  loadSeconds: Histogram
  /** model, version: threads and processes of a model that ended or hung */
  modelFailures: Counter
}

/** What is read when somebody looks. */
export type Observed = {
  spool(): { bytes: number; heldBytes: number; lostRows: number; isFull: boolean; damagedLines: number }
  models(): Iterable<{
    model: string
    version: number
    inside(): number
    isAwake(): boolean
    cached(): { hits: number; entries: number; bytes: number }
  }>
  memory(): { usedBytes: number; limitBytes: number }
  isDatabaseUp(): boolean
}

/** Makes the figures of one gateway. */
export function openGatewayMetrics(observed: Observed): GatewayMetrics {
  const registry = openRegistry()
  const byModel = ['model', 'version']
  const metrics = {
    registry,
    httpSeconds: registry.histogram(
      'http_request_duration_seconds',
      'Time from the head of a request to the end of its answer.',
      ['method', 'route', 'status_code'],
      httpBuckets,
    ),
    requests: registry.counter('stageline_requests_total', 'Requests of admitted callers, by the version that was asked.', [
      'deployment',
      'version',
      'status',
    ]),
    predictions: registry.counter('stageline_predictions_total', 'Answered rows, by the version that was asked.', [
      'deployment',
      'version',
    ]),
    fallbacks: registry.counter('stageline_fallbacks_total', 'Rows that a fallback answered.', ['deployment', 'reason']),
    batchRows: registry.histogram('stageline_batch_rows', 'Rows that ran together through a model.', byModel, batchBuckets),
    runSeconds: registry.histogram('stageline_model_run_seconds', 'Time of one run of a model.', byModel, httpBuckets),
    loadSeconds: registry.histogram(
      'stageline_model_load_seconds',
      'Time to load a model and run it on its examples.',
      byModel,
      httpBuckets,
    ),
    modelFailures: registry.counter(
      'stageline_model_failures_total',
      'Threads or processes of a model that crashed, hung or could not be started.',
      byModel,
    ),
  }
  observeModels(registry, observed)
  observeSpool(registry, observed)
  registry.observed('stageline_database_up', { help: 'Whether the database answered the last look.', kind: 'gauge' }, () => [
    [observed.isDatabaseUp() ? 1 : 0],
  ])
  openProcessFigures(registry)
  return metrics
}

/** Counts what happens to models. */
export function notesFor(metrics: GatewayMetrics) {
  return ({ model, version }: { model: string; version: number }): ModelNotes => {
    const labels = [model, `v${version}`]
    return {
      ran(rows, ms) {
        metrics.batchRows.of(...labels).observe(rows)
        metrics.runSeconds.of(...labels).observe(ms / 1000)
      },
      loaded: (ms) => metrics.loadSeconds.of(...labels).observe(ms / 1000),
      failed: () => metrics.modelFailures.of(...labels).add(),
    }
  }
}

function observeModels(registry: Registry, { models, memory }: Observed): void {
  const labelNames = ['model', 'version']
  const each = (read: (model: ReturnType<typeof models> extends Iterable<infer One> ? One : never) => number) => () =>
    [...models()].map((model) => [read(model), model.model, `v${model.version}`] as const)
  const gauge = 'gauge' as const
  registry.observed(
    'stageline_queue_requests',
    { help: 'Requests waiting for a model or running through it.', kind: gauge, labelNames },
    each((one) => one.inside()),
  )
  registry.observed(
    'stageline_model_loaded',
    { help: 'Whether a model is in memory.', kind: gauge, labelNames },
    each((one) => (one.isAwake() ? 1 : 0)),
  )
  registry.observed(
    'stageline_cache_hits_total',
    { help: 'Rows answered from the input cache.', kind: 'counter', labelNames },
    each((one) => one.cached().hits),
  )
  registry.observed(
    'stageline_cache_entries',
    { help: 'Answers in the input cache.', kind: gauge, labelNames },
    each((one) => one.cached().entries),
  )
  registry.observed('stageline_models_memory_bytes', { help: 'Memory of the models that are loaded, roughly.', kind: gauge }, () => [
    [memory().usedBytes],
  ])
  registry.observed('stageline_models_memory_limit_bytes', { help: 'How much models may take.', kind: gauge }, () => [
    [memory().limitBytes],
  ])
}

function observeSpool(registry: Registry, { spool }: Observed): void {
  const gauge = 'gauge' as const
  const counter = 'counter' as const
  registry.observed('stageline_spool_bytes', { help: 'Bytes of all spools on this disk.', kind: gauge }, () => [[spool().bytes]])
  registry.observed('stageline_spool_held_bytes', { help: 'Bytes of lines in memory that the disk does not take.', kind: gauge }, () => [
    [spool().heldBytes],
  ])
  registry.observed('stageline_spool_full', { help: 'Whether only figures of new answers are kept.', kind: gauge }, () => [
    [spool().isFull ? 1 : 0],
  ])
  registry.observed(
    'stageline_spool_lost_rows_total',
    { help: 'Answered rows of which only the figures were kept.', kind: counter },
    () => [[spool().lostRows]],
  )
  registry.observed(
    'stageline_spool_damaged_lines_total',
    { help: 'Lines that were set aside because they do not fit their checksum.', kind: counter },
    () => [[spool().damagedLines]],
  )
}

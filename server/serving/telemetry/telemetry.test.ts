import { describe, expect, it } from 'vitest'
import { httpBuckets, openGatewayMetrics } from './gateway-metrics'
import { prometheusText } from './prometheus-text'
import { openRegistry } from './registry'
import { parsePrometheus } from './testing'

const spool = () => ({ bytes: 10, heldBytes: 0, lostRows: 3, isFull: true, damagedLines: 1 })
const model = { model: 'mail', version: 2, inside: () => 4, isAwake: () => true, cached: () => ({ hits: 7, entries: 2, bytes: 9 }) }
const observed = { spool, models: () => [model], memory: () => ({ usedBytes: 5, limitBytes: 6 }), isDatabaseUp: () => true }

describe('the text for Prometheus', () => {
  it('has the usual names and buckets, each family once and whole', () => {
    const metrics = openGatewayMetrics(observed)
    for (const seconds of [0.004, 0.005, 0.3, 60]) metrics.httpSeconds.of('POST', '/v1/:deployment/predict', '200').observe(seconds)
    const { families, samples } = parsePrometheus(prometheusText(metrics.registry.collect()))
    expect(families.get('http_request_duration_seconds')).toBe('histogram')
    const buckets = samples.filter(({ name }) => name === 'http_request_duration_seconds_bucket')
    expect(buckets.map(({ labels }) => labels.le)).toEqual([...httpBuckets.map(String), '+Inf'])
    // Cumulative; a value on a bound belongs below it.
    expect(buckets.map(({ value }) => value)).toEqual([2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 4])
    expect(samples.find(({ name }) => name === 'http_request_duration_seconds_count')?.value).toBe(4)
    const value = (name: string) => samples.find((sample) => sample.name === name)?.value
    expect(
      ['stageline_spool_full', 'stageline_spool_lost_rows_total', 'stageline_cache_hits_total', 'stageline_queue_requests'].map(value),
    ).toEqual([1, 3, 7, 4])
    for (const name of ['process_cpu_user_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds'])
      expect(value(name)).toBeGreaterThan(0)
  })

  it('escapes what labels hold', () => {
    const registry = openRegistry()
    registry.counter('odd_total', 'a\\b\nc', ['name']).of('quote " back \\ line \n end').add()
    const text = prometheusText(registry.collect())
    expect(text).toBe('# HELP odd_total a\\\\b\\nc\n# TYPE odd_total counter\nodd_total{name="quote \\" back \\\\ line \\n end"} 1\n')
    expect(parsePrometheus(text).samples[0]?.labels.name).toBe('quote " back \\ line \n end')
  })

  it('without a key: sums, and no name of anything; with one: what it may call', () => {
    const { registry, requests, batchRows } = openGatewayMetrics(observed)
    requests.of('mail', 'v1', '200').add(3)
    requests.of('mail', 'v2', '200').add(2)
    requests.of('secret', 'v1', '200').add(10)
    batchRows.of('mail', 'v1').observe(3)
    batchRows.of('other', 'v1').observe(5)
    const read = (sight: Parameters<typeof prometheusText>[1]) => parsePrometheus(prometheusText(registry.collect(), sight)).samples
    const open = read('sums')
    expect(open.filter(({ name }) => name === 'stageline_requests_total')).toEqual([
      { name: 'stageline_requests_total', labels: { status: '200' }, value: 15 },
    ])
    expect(open.find(({ name }) => name === 'stageline_batch_rows_count')).toMatchObject({ labels: {}, value: 2 })
    expect(open.some(({ labels }) => 'deployment' in labels || 'model' in labels || 'version' in labels)).toBe(false)
    const scoped = read(new Set(['mail']))
    expect(scoped.filter(({ name }) => name === 'stageline_requests_total').map(({ value }) => value)).toEqual([3, 2])
    expect(scoped.some(({ labels }) => labels.deployment === 'secret' || 'model' in labels)).toBe(false)
    expect(read('all').filter(({ name }) => name === 'stageline_requests_total')).toHaveLength(3)
  })

  it('labels without end are counted together and lose nothing', () => {
    const registry = openRegistry()
    const counter = registry.counter('many_total', 'Many.', ['a', 'b'])
    for (let i = 0; i < 5_000; i++) counter.of(String(i), 'x').add()
    const [family] = registry.collect()
    expect(family?.samples).toHaveLength(1_001)
    expect(family?.samples.find(({ labels }) => labels[0] === 'other')?.value).toBe(4_000)
    expect(family?.samples.reduce((sum, { value }) => sum + value, 0)).toBe(5_000)
  })
})

import { releaseSettingsSchema } from '#core/releases/settings'
import type { BenchResult, Figure } from './bench'
import { denseModel } from './parts-dense-model'
import { firstAnswer, fullLoad, median, openServing, registerFile } from './parts-serving'

const clients = [1, 16, 64, 256]
const rounds = 3
const seconds = 3
/** 6.6 million weights: 26 MB that a run reads once, however many rows it has. */
const size = { width: 640, layers: 16 }
const differentRecords = 200
const bar = { gain: 3, clients: 256 }

/** Requests a second with batching and without it by the number of callers, and with a cache of inputs, for a model whose batch costs much less than its rows. */
export async function run(): Promise<BenchResult> {
  const serving = await openServing()
  try {
    const { headers, house } = serving
    const versionId = await registerFile(house, 'dense', denseModel(size))
    const settings = (own: object) => releaseSettingsSchema.parse(own)
    await serving.deploy('batched', versionId)
    await serving.deploy('single', versionId, settings({ batching: { mode: 'off' } }))
    await serving.deploy('cached', versionId, settings({ cache: { on: true } }))
    const gateway = await serving.startGateway()
    const records = Array.from({ length: differentRecords }, (_, i) => ({ body: i % 2 ? 'spam' : `message ${i}`, hour: i % 24 }))
    const perSecond = async (deployment: string, connections: number) =>
      (await fullLoad({ url: gateway.url, deployment, headers, records, connections, seconds })).requests.average
    for (const deployment of ['batched', 'single', 'cached']) await firstAnswer(gateway, deployment, headers, records[0] ?? {})

    const figures: Figure[] = []
    const gains = new Map<number, number>()
    for (const connections of clients) {
      await perSecond('batched', connections)
      const pairs: { batched: number; single: number }[] = []
      for (let round = 0; round < rounds; round++) {
        pairs.push({ batched: await perSecond('batched', connections), single: await perSecond('single', connections) })
      }
      const gain = median(pairs.map(({ batched, single }) => batched / single))
      gains.set(connections, gain)
      const who = connections === 1 ? '1 client' : `${connections} clients`
      figures.push(
        { name: `${who}: batching`, value: Math.round(median(pairs.map(({ batched }) => batched))), unit: 'requests/s' },
        { name: `${who}: no batching`, value: Math.round(median(pairs.map(({ single }) => single))), unit: 'requests/s' },
        {
          name: `${who}: batching / no batching`,
          value: Math.round(gain * 100) / 100,
          unit: 'x',
          ...(connections === bar.clients ? { bar: `>= ${bar.gain}` } : {}),
        },
      )
    }
    await perSecond('cached', 64)
    const cached: number[] = []
    for (let round = 0; round < rounds; round++) cached.push((await perSecond('cached', 64)) / (await perSecond('batched', 64)))
    figures.push({ name: '64 clients: cache hits / batching', value: Math.round(median(cached) * 100) / 100, unit: 'x' })

    const gain = gains.get(bar.clients) ?? 0
    return {
      what: `Dense network of ${size.layers} x ${size.width} x ${size.width} weights, one record a request, medians of ${rounds} rounds of ${seconds} s that take turns. "No batching" runs each request by itself; cache hits are of ${differentRecords} different inputs.`,
      figures,
      missed: gain < bar.gain ? [`batching gives ${gain.toFixed(2)} x at ${bar.clients} clients, below ${bar.gain}`] : [],
    }
  } finally {
    await serving.close()
  }
}

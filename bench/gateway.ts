import { readModelFile } from '#core/model/model-file'
import { openModel } from '#server/onnx/run-model'
import type { BenchResult } from './bench'
import { deployBenchModel } from './parts-bench-model'
import { pacedLoad, quantile } from './parts-paced-load'
import { firstAnswer, fullLoad, median, openServing, processorTime, type RunningServer, untilShipped } from './parts-serving'

const rounds = 5
const seconds = 5
const connections = 64
const bar = { ratio: 0.5, p99Ms: 10 }

/**
 * Requests a second of the gateway (key, checks, model, prediction log and its shipping to Postgres) against a bare
 * Fastify route that reads and answers the same JSON, and against the model called without HTTP; rounds take turns, so that
 * all see the same machine.
 */
export async function run(): Promise<BenchResult> {
  const serving = await openServing()
  try {
    const { headers, env } = serving
    const { records, about, artifact } = await deployBenchModel(serving.house)
    const gateway = await serving.startGateway()
    const bare = await serving.startBareRoute(await firstAnswer(gateway, 'bench', headers, records[0] ?? {}))
    const full = async (server: RunningServer) => {
      const before = processorTime(server.pid)
      const { requests } = await fullLoad({ url: server.url, deployment: 'bench', headers, records, connections, seconds })
      const after = processorTime(server.pid)
      const mainUs = before && after ? (after.main - before.main) / requests.total : 0
      return { perSecond: requests.average, mainUs }
    }
    const paced = (server: RunningServer, perSecond: number) =>
      pacedLoad({
        url: `${server.url}/v1/bench/predict`,
        headers,
        bodies: records.map((record) => JSON.stringify(record)),
        perSecond,
        seconds,
      })

    await full(gateway)
    await full(bare)
    const fulls = { bare: [] as Full[], gateway: [] as Full[] }
    for (let round = 0; round < rounds; round++) {
      fulls.bare.push(await full(bare))
      fulls.gateway.push(await full(gateway))
    }
    const [bareFull, gatewayFull] = [middle(fulls.bare), middle(fulls.gateway)]
    await untilShipped(env)
    serving.callFromOneProcessor()
    const rates = { half: (bar.ratio * bareFull.perSecond) / 2, ownHalf: gatewayFull.perSecond / 2 }
    const halves = { bare: [] as number[][], gateway: [] as number[][], own: [] as number[][] }
    for (let round = 0; round < rounds; round++) {
      halves.bare.push(await paced(bare, rates.half))
      halves.gateway.push(await paced(gateway, rates.half))
      await untilShipped(env)
      halves.own.push(await paced(gateway, rates.ownHalf))
      await untilShipped(env)
    }
    const directly = await callDirectly(await serving.house.artifacts.read(artifact), records)

    const ratio = median(fulls.gateway.map(({ perSecond }, i) => perSecond / (fulls.bare[i]?.perSecond ?? 0)))
    const at = (all: readonly number[][], q: number) => round2(median(all.map((latencies) => quantile(latencies, q))))
    const p99 = at(halves.gateway, 0.99)
    return {
      what: `One-record text predictions over HTTP (${about}; ${connections} connections, medians of ${rounds} rounds of ${seconds} s each, in turns) with key, checks and prediction log, against a bare Fastify route with the same JSON, and against onnxruntime-node called in a loop. Half load is half of what the bar asks for, ${Math.round(rates.half).toLocaleString('en')} requests/s, paced by a caller on one processor while the thread that answers keeps to the others; a request's clock starts when it is due.`,
      figures: [
        { name: 'bare Fastify route', value: Math.round(bareFull.perSecond), unit: 'requests/s' },
        { name: 'gateway', value: Math.round(gatewayFull.perSecond), unit: 'requests/s' },
        { name: 'gateway / bare', value: round2(ratio), unit: 'x', bar: `>= ${bar.ratio}` },
        { name: 'onnxruntime-node directly, one row at a time', value: Math.round(directly.perSecond), unit: 'rows/s' },
        { name: 'onnxruntime-node directly, p50', value: round2(directly.p50), unit: 'ms' },
        { name: 'onnxruntime-node directly, p99', value: round2(directly.p99), unit: 'ms' },
        { name: 'gateway p50 at half load', value: at(halves.gateway, 0.5), unit: 'ms' },
        { name: 'gateway p99 at half load', value: p99, unit: 'ms', bar: `<= ${bar.p99Ms}` },
        {
          name: `gateway p99 at half of what it reaches, ${Math.round(rates.ownHalf).toLocaleString('en')} requests/s`,
          value: at(halves.own, 0.99),
          unit: 'ms',
        },
        { name: 'bare route p50 at the same rate', value: at(halves.bare, 0.5), unit: 'ms' },
        { name: 'bare route p99 at the same rate', value: at(halves.bare, 0.99), unit: 'ms' },
        { name: 'gateway, processor time of the thread that answers', value: round2(gatewayFull.mainUs), unit: 'us/request' },
        { name: 'bare route, the same', value: round2(bareFull.mainUs), unit: 'us/request' },
      ],
      missed: [
        ...(ratio < bar.ratio ? [`gateway / bare is ${ratio.toFixed(2)}, below ${bar.ratio}`] : []),
        ...(p99 > bar.p99Ms ? [`p99 at half load is ${p99} ms, above ${bar.p99Ms}`] : []),
      ],
    }
  } finally {
    await serving.close()
  }
}

type Full = { perSecond: number; mainUs: number }

function middle(all: readonly Full[]): Full {
  return { perSecond: median(all.map(({ perSecond }) => perSecond)), mainUs: median(all.map(({ mainUs }) => mainUs)) }
}

/** The model without HTTP, batching, log or key: one row after the other. */
async function callDirectly(bytes: Uint8Array, records: readonly { text: string }[]) {
  const model = await openModel(bytes, 'native')
  const [column = ''] = readModelFile(bytes).signature.inputs.map(({ name }) => name)
  const latencies: number[] = []
  const startedAt = performance.now()
  for (let i = 0; performance.now() - startedAt < seconds * 1000; i++) {
    const began = performance.now()
    await model.run({ [column]: [records[i % records.length]?.text ?? ''] }, 1)
    latencies.push(performance.now() - began)
  }
  const perSecond = latencies.length / ((performance.now() - startedAt) / 1000)
  await model.close()
  latencies.sort((a, b) => a - b)
  return { perSecond, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
}

function round2(value: number): number {
  return Math.round(value * 100) / 100
}

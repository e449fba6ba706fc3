import type { BenchResult } from './bench'
import { deployBenchModel } from './parts-bench-model'
import { denseModel } from './parts-dense-model'
import { pacedLoad, quantile } from './parts-paced-load'
import { firstAnswer, fullLoad, median, openServing, type RunningServer, registerFile } from './parts-serving'

const rounds = 5
const seconds = 5
const perSecond = 200
/** 100 MB of weights. */
const large = { width: 1_250, layers: 16 }
const bar = { growth: 2 }

/** A small model beside a large one in the same gateway, and two gateways beside each other. */
export async function run(): Promise<BenchResult> {
  const serving = await openServing()
  try {
    const { headers, house } = serving
    const { records, about } = await deployBenchModel(house)
    const file = denseModel(large)
    await serving.deploy('large', await registerFile(house, 'large', file))
    const first = await serving.startGateway()
    await firstAnswer(first, 'bench', headers, records[0] ?? {})
    const tiny = { body: 'spam', hour: 3 }
    await firstAnswer(first, 'large', headers, tiny)

    const full = async (servers: readonly RunningServer[]) => {
      const share = { deployment: 'bench', headers, records, connections: 64 / servers.length, seconds }
      const loads = await Promise.all(servers.map(({ url }) => fullLoad({ url, ...share })))
      return loads.reduce((sum, { requests }) => sum + requests.average, 0)
    }
    const second = await serving.startGateway()
    await firstAnswer(second, 'bench', headers, records[0] ?? {})
    await full([first, second])
    const scaling: { one: number; two: number }[] = []
    for (let round = 0; round < rounds; round++) scaling.push({ one: await full([first]), two: await full([first, second]) })
    second.child.kill('SIGTERM')

    serving.callFromOneProcessor()
    const small = async () =>
      quantile(
        await pacedLoad({
          url: `${first.url}/v1/bench/predict`,
          headers,
          bodies: records.map((record) => JSON.stringify(record)),
          perSecond,
          seconds,
        }),
        0.99,
      )
    const p99s: { alone: number; beside: number; large: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const alone = await small()
      const load = fullLoad({ url: first.url, deployment: 'large', headers, records: [tiny], connections: 2, seconds: seconds + 2 })
      const beside = await small()
      p99s.push({ alone, beside, large: (await load).requests.average })
    }
    const growth = median(p99s.map(({ alone, beside }) => beside / alone))
    const two = (value: number) => Math.round(value * 100) / 100
    return {
      what: `Small: ${about}, ${perSecond} requests/s, paced. Large: a dense network of ${Math.round(file.length / 1e6)} MB that two callers ask without a pause. Medians of ${rounds} rounds of ${seconds} s. Two gateways share the machine, the database and 64 callers.`,
      figures: [
        { name: 'small alone, p99', value: two(median(p99s.map(({ alone }) => alone))), unit: 'ms' },
        { name: 'small beside the large one, p99', value: two(median(p99s.map(({ beside }) => beside))), unit: 'ms' },
        { name: 'growth', value: two(growth), unit: 'x', bar: `<= ${bar.growth}` },
        { name: 'large', value: two(median(p99s.map((one) => one.large))), unit: 'requests/s' },
        { name: 'one gateway', value: Math.round(median(scaling.map(({ one }) => one))), unit: 'requests/s' },
        { name: 'two gateways', value: Math.round(median(scaling.map((one) => one.two))), unit: 'requests/s' },
      ],
      missed: growth > bar.growth ? [`the small model's p99 grows ${growth.toFixed(2)} x beside the large one, above ${bar.growth}`] : [],
    }
  } finally {
    await serving.close()
  }
}

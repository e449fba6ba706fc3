import type { BenchResult } from './bench'
import { deployBenchModel, registerBenchModel } from './parts-bench-model'
import { pacedLoad } from './parts-paced-load'
import { firstAnswer, openServing, residentMb } from './parts-serving'

const minutes = 30
const perSecond = 500
const switchMs = 15_000
/** Until then code is compiled, and pools and nurseries fill. */
const settledAfterMinutes = 10
const bar = { growth: 1.1 }

/** Memory of a gateway over half an hour of traffic in which releases change all the time. */
export async function run(): Promise<BenchResult> {
  const serving = await openServing()
  const { headers, house } = serving
  let switches = 0
  let timer: NodeJS.Timeout | undefined
  try {
    const first = await deployBenchModel(house)
    const second = await registerBenchModel(house)
    const gateway = await serving.startGateway()
    await firstAnswer(gateway, 'bench', headers, first.records[0] ?? {})
    let trouble: unknown = null
    timer = setInterval(() => {
      switches += 1
      const { versionId } = switches % 2 ? second : first
      void serving.deploy('bench', versionId).catch((error) => {
        trouble ??= error
      })
    }, switchMs)
    const megabytes: number[] = []
    for (let minute = 0; minute < minutes && trouble === null; minute++) {
      // Every answer must be one: it rejects otherwise.
      await pacedLoad({
        url: `${gateway.url}/v1/bench/predict`,
        headers,
        bodies: first.records.map((record) => JSON.stringify(record)),
        perSecond,
        seconds: 59,
      })
      const resident = residentMb(gateway.pid)
      if (resident === null) throw new Error('this system does not tell the memory of another process')
      megabytes.push(Math.round(resident))
    }
    if (trouble !== null) throw trouble
    const settled = megabytes.slice(settledAfterMinutes)
    const half = Math.floor(settled.length / 2)
    const growth = mean(settled.slice(half)) / mean(settled.slice(0, half))
    return {
      what: `Resident memory of a gateway over ${minutes} minutes of ${perSecond} requests/s (${first.about}) without one refusal, with a new release every ${switchMs / 1000} s. Growth: the mean of the last ${settled.length - half} minutes by the mean of the ${half} before.`,
      figures: [
        { name: 'after 1 minute', value: megabytes[0] ?? 0, unit: 'MB' },
        { name: `after ${settledAfterMinutes} minutes`, value: settled[0] ?? 0, unit: 'MB' },
        { name: `after ${minutes} minutes`, value: megabytes.at(-1) ?? 0, unit: 'MB' },
        { name: 'most', value: Math.max(...megabytes), unit: 'MB' },
        { name: 'growth', value: Math.round(growth * 1000) / 1000, unit: 'x', bar: `<= ${bar.growth}` },
        { name: 'releases', value: switches, unit: '' },
      ],
      note: `Megabytes after each minute: ${megabytes.join(', ')}.`,
      missed: growth > bar.growth ? [`memory grows ${growth.toFixed(2)} x, above ${bar.growth}`] : [],
    }
  } finally {
    clearInterval(timer)
    await serving.close()
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

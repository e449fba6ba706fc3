import type { ComparedPair, ComparisonReport } from '#core/reports/comparison'
import { formatFigure, formatScore } from '#core/words/format'

type Metric = ComparisonReport['metrics'][number]

export type PreparedComparison = {
  models: { name: string; values: string[]; isBest: boolean[] }[]
  pairs: {
    key: string
    sentence: string
    test: string
    rows: ComparedPair['rows']
    first: string
    second: string
    /** Per metric: the difference on a scale around 0 that all pairs share. */
    differences: {
      metric: string
      words: string
      range: string
      value: number
      interval: { low: number; high: number } | null
      reach: number
    }[]
  }[]
}

/** Decides what a comparison shows: the best value per metric, and each difference on a scale that has 0 in its middle. */
export function prepareComparison({ metrics, models, pairs }: ComparisonReport): PreparedComparison {
  const bestOf = metrics.map((metric, k) =>
    best(
      metric,
      models.map(({ values }) => values[k] ?? null),
    ),
  )
  const reachOf = metrics.map((_, k) =>
    Math.max(
      0.000_001,
      ...pairs.flatMap(({ differences }) => {
        const { value, interval } = differences[k] ?? { value: null, interval: null }
        return [Math.abs(value ?? 0), Math.abs(interval?.low ?? 0), Math.abs(interval?.high ?? 0)]
      }),
    ),
  )
  return {
    models: models.map(({ name, values }) => ({
      name,
      values: values.map((value) => (value === null ? '–' : formatFigure(value))),
      isBest: values.map((value, k) => value !== null && value === bestOf[k]),
    })),
    pairs: pairs.map((pair) => ({
      key: `${pair.first}\u0000${pair.second}`,
      sentence: pair.sentence,
      test: testWords(pair, pairs.length),
      rows: pair.rows,
      first: pair.first,
      second: pair.second,
      differences: metrics.flatMap((metric, k) => {
        const { value, interval } = pair.differences[k] ?? { value: null, interval: null }
        if (value === null) return []
        const range = interval ? `${signed(interval.low, metric)} to ${signed(interval.high, metric)}` : 'one row only'
        return [
          {
            metric: metric.name,
            words: `${signed(value, metric)}${metric.isShare ? ' points' : ''}`,
            range,
            value,
            interval,
            reach: reachOf[k] ?? 1,
          },
        ]
      }),
    })),
  }
}

/** Null when all models are equal: then none is the best. */
function best({ better }: Metric, values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  if (new Set(known).size < 2) return null
  return better === 'higher' ? Math.max(...known) : Math.min(...known)
}

/** "+1.2" points, "−0.31" */
function signed(value: number, { isShare }: Metric): string {
  const words = isShare ? (Math.abs(value) * 100).toFixed(1) : formatFigure(Math.abs(value))
  return Number(words) === 0 ? words : `${value < 0 ? '−' : '+'}${words}`
}

function testWords({ test, p, adjustedP }: ComparedPair, pairs: number): string {
  const words = (value: number) => (value < 0.001 ? 'p < 0.001' : `p = ${formatScore(value)}`)
  return pairs > 1 ? `${test}, ${words(adjustedP)} for ${pairs} pairs, ${words(p)} alone` : `${test}, ${words(p)}`
}

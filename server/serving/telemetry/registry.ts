/**
 * Figures of a process that only grow (counters), that are read when somebody looks (observed), and that are counted on fixed
 * buckets (histograms). A series is found once by its labels and then costs an addition, so that the hot path can count.
 */

export type Counter = { of(...labels: string[]): { add(n?: number): void } }
export type Histogram = { of(...labels: string[]): { observe(value: number): void } }

/** One series as somebody reads it; a histogram's has the counts of its buckets, the last one for all above. */
export type Sample = { labels: readonly string[]; value: number; buckets?: readonly number[]; count?: number }
export type Family = {
  name: string
  help: string
  kind: 'counter' | 'gauge' | 'histogram'
  labelNames: readonly string[]
  /** Upper bounds, of a histogram. */
  bounds: readonly number[]
  samples: Sample[]
}

export type Registry = {
  counter(name: string, help: string, labelNames: readonly string[]): Counter
  histogram(name: string, help: string, labelNames: readonly string[], bounds: readonly number[]): Histogram
  /** Read when somebody looks: each entry is one series. */
  observed(
    name: string,
    about: { help: string; kind: 'counter' | 'gauge'; labelNames?: readonly string[] },
    read: () => Iterable<readonly [value: number, ...labels: string[]]>,
  ): void
  collect(): Family[]
}

/** Labels that nobody foresaw must not eat the memory: what comes after so many series is counted together. */
const mostSeries = 1_000
const overflowLabel = 'other'

/** An empty registry. */
export function openRegistry(): Registry {
  const families: (() => Family)[] = []

  function seriesOf<T>(labelNames: readonly string[], make: () => T) {
    const all = new Map<string, { labels: string[]; series: T }>()
    const overflow = labelNames.map(() => overflowLabel)
    function of(labels: string[]): T {
      const key = labels.join('\u0000')
      const known = all.get(key)
      if (known) return known.series
      // One more for all that have no room.
      if (all.size >= mostSeries && labels !== overflow) return of(overflow)
      const series = make()
      all.set(key, { labels, series })
      return series
    }
    return { of, all }
  }

  return {
    counter(name, help, labelNames) {
      const { of, all } = seriesOf(labelNames, () => {
        const series = {
          value: 0,
          add(n = 1) {
            series.value += n
          },
        }
        return series
      })
      families.push(() => ({
        ...{ name, help, kind: 'counter' as const, labelNames, bounds: [] },
        samples: [...all.values()].map(({ labels, series }) => ({ labels, value: series.value })),
      }))
      return { of: (...labels) => of(labels) }
    },
    histogram(name, help, labelNames, bounds) {
      const { of, all } = seriesOf(labelNames, () => openHistogramSeries(bounds))
      families.push(() => ({
        ...{ name, help, kind: 'histogram' as const, labelNames, bounds },
        samples: [...all.values()].map(({ labels, series: { sum, count, buckets } }) => ({
          labels,
          value: sum,
          count,
          buckets: [...buckets],
        })),
      }))
      return { of: (...labels) => of(labels) }
    },
    observed(name, { help, kind, labelNames = [] }, read) {
      families.push(() => ({
        ...{ name, help, kind, labelNames, bounds: [] },
        samples: [...read()].slice(0, mostSeries).map(([value, ...labels]) => ({ labels, value })),
      }))
    },
    collect: () => families.map((family) => family()),
  }
}

function openHistogramSeries(bounds: readonly number[]) {
  const series = {
    sum: 0,
    count: 0,
    buckets: new Array<number>(bounds.length + 1).fill(0),
    observe(value: number) {
      let at = 0
      while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1
      series.buckets[at] = (series.buckets[at] ?? 0) + 1
      series.sum += value
      series.count += 1
    },
  }
  return series
}

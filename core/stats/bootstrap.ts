import type { Interval } from './proportion-interval'
import { normalCdf, normalQuantile } from './special'

export type BootstrapArgs = {
  /** How many rows were measured. */
  rows: number
  /** The figure on the rows of these indexes (0 to rows - 1, some more than once). Not finite where it is undefined. */
  statistic(rows: Int32Array): number
  /** Uniform in [0, 1), from a seed. */
  random(): number
  /** `bca` also corrects for bias and for a spread that hangs on the value; it costs up to 1,000 figures more. Default `percentile`. */
  method?: 'percentile' | 'bca'
  /** Of the interval, 0.95 by default. */
  level?: number
  /** 2,000 by default. */
  resamples?: number
  /** Called after every million rows drawn, so that a long loop can let others run, or end. */
  pause?(): Promise<void>
}

export type BootstrapInterval = Interval & {
  /** The figure on the rows as they are. */
  value: number
  /** Standard deviation (n - 1) of the figure over the resamples. */
  standardError: number
  /** Resamples on which the figure is defined. */
  resamples: number
}

const rowsPerPause = 1_000_000
/** From there on the jackknife leaves out groups: their skewness over root n estimates the same acceleration. */
const mostLeftOut = 1_000

/**
 * Bootstrap interval of any figure (Efron and Tibshirani 1993, "An introduction to the bootstrap", 13.3 and 14.3). For the
 * difference of two models on the same rows, let `statistic` take the difference: the rows are then drawn in pairs. Up to
 * 1,000 rows the same as scipy.stats.bootstrap. Null below two rows, and when the figure is undefined as it is or on
 * more than half of the resamples. BCa falls back to percentiles where all resamples lie on one side of the figure.
 */
export async function bootstrapInterval(args: BootstrapArgs): Promise<BootstrapInterval | null> {
  const { rows, statistic, method = 'percentile', level = 0.95, resamples = 2_000 } = args
  if (rows < 2) return null
  const value = statistic(Int32Array.from({ length: rows }, (_, row) => row))
  const drawn = await resample(args, resamples)
  if (!Number.isFinite(value) || drawn.length < Math.max(2, resamples / 2)) return null
  const tail = (1 - level) / 2
  const tails = method === 'bca' ? correctedTails(tail, value, drawn, await acceleration(args)) : { low: tail, high: 1 - tail }
  const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length
  const squares = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0)
  return {
    value,
    low: quantileOf(drawn, tails.low),
    high: quantileOf(drawn, tails.high),
    standardError: Math.sqrt(squares / (drawn.length - 1)),
    resamples: drawn.length,
  }
}

/**
 * Percentile intervals of several figures from the same resamples, as bootstrapInterval gives one; each is null where its
 * figure is undefined as it is or on more than half of the resamples.
 */
export async function bootstrapIntervals(
  args: Pick<BootstrapArgs, 'rows' | 'random' | 'level' | 'resamples' | 'pause'> & {
    /** All figures on the rows of these indexes, always in one order. */
    statistics(rows: Int32Array): readonly number[]
  },
): Promise<(Interval | null)[]> {
  const { rows, statistics, random } = args
  const whole = statistics(Int32Array.from({ length: rows }, (_, row) => row))
  if (rows < 2) return whole.map(() => null)
  const picked = new Int32Array(rows)
  const draw = () => {
    for (let row = 0; row < rows; row++) picked[row] = Math.floor(random() * rows)
    return statistics(picked)
  }
  return intervalsOfDraws({ ...args, whole, draw, work: rows })
}

/** The same for figures that know a quicker way to their value on rows drawn anew: `draw` gives it, and costs as much as `work` rows. */
export async function intervalsOfDraws({
  whole,
  draw,
  work: perDraw,
  level = 0.95,
  resamples = 2_000,
  pause,
}: Pick<BootstrapArgs, 'level' | 'resamples' | 'pause'> & {
  /** On the rows as they are. */
  whole: readonly number[]
  draw(): readonly number[]
  work: number
}): Promise<(Interval | null)[]> {
  const drawn = whole.map(() => new Float64Array(resamples).fill(Number.NaN))
  let work = 0
  for (let i = 0; i < resamples; i++) {
    const figures = draw()
    for (const [k, list] of drawn.entries()) list[i] = figures[k] ?? Number.NaN
    work += perDraw
    if (work < rowsPerPause) continue
    work = 0
    await pause?.()
  }
  const tail = (1 - level) / 2
  return drawn.map((list, k) => {
    const defined = list.filter(Number.isFinite).sort()
    if (!Number.isFinite(whole[k]) || defined.length < Math.max(2, resamples / 2)) return null
    return { low: quantileOf(defined, tail), high: quantileOf(defined, 1 - tail) }
  })
}

/** Figures of the resamples, ascending; undefined ones are left out. */
async function resample({ rows, statistic, random, pause }: BootstrapArgs, resamples: number): Promise<Float64Array> {
  const figures = new Float64Array(resamples)
  const picked = new Int32Array(rows)
  let used = 0
  let work = 0
  for (let i = 0; i < resamples; i++) {
    for (let row = 0; row < rows; row++) picked[row] = Math.floor(random() * rows)
    const figure = statistic(picked)
    if (Number.isFinite(figure)) figures[used++] = figure
    work += rows
    if (work < rowsPerPause) continue
    work = 0
    await pause?.()
  }
  return figures.slice(0, used).sort()
}

/** The value below which a share of ascending values lies, linear in between as numpy.percentile. */
function quantileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const [a, b] = [sorted[below] ?? 0, sorted[Math.min(sorted.length - 1, below + 1)] ?? 0]
  return a + (b - a) * (place - below)
}

function correctedTails(tail: number, value: number, sorted: Float64Array, skew: number): Interval {
  let below = 0
  for (const figure of sorted) below += (figure < value ? 1 : 0) + (figure <= value ? 1 : 0)
  const share = below / (2 * sorted.length)
  if (share <= 0 || share >= 1) return { low: tail, high: 1 - tail }
  const bias = normalQuantile(share)
  const corrected = (z: number) => normalCdf(bias + (bias + z) / (1 - skew * (bias + z)))
  const z = normalQuantile(tail)
  return { low: corrected(z), high: corrected(-z) }
}

/** Efron's acceleration by the jackknife; rows far apart are left out together when there are many. */
async function acceleration({ rows, statistic, pause }: BootstrapArgs): Promise<number> {
  const groups = Math.min(rows, mostLeftOut)
  const figures = new Float64Array(groups)
  let work = 0
  for (let group = 0; group < groups; group++) {
    figures[group] = statistic(Int32Array.from({ length: rows }, (_, row) => row).filter((row) => row % groups !== group))
    work += rows
    if (work < rowsPerPause) continue
    work = 0
    await pause?.()
  }
  const defined = figures.filter(Number.isFinite)
  const mean = defined.reduce((sum, figure) => sum + figure, 0) / defined.length
  let [squares, cubes] = [0, 0]
  for (const figure of defined) {
    squares += (mean - figure) ** 2
    cubes += (mean - figure) ** 3
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0
}

import { placeOf, shareAt } from '#core/tune/scale'
import type { Direction } from '#core/tune/settings'
import type { Space } from '#core/tune/space'
import { lossOf, type Trial } from '#core/tune/trial'
import { seededRandom } from '#ml/estimators/random'
import { pause } from '#ml/pipeline/pause'
import { type Box, growBoxes, type Points, type Side, shareOf } from './box-tree'

const trees = 64
const leastTrials = 10
/** More would take longer and say nothing new. */
const mostTrials = 500

export type Importance = {
  /** Share of the variance over the whole space that the param makes by itself, largest first. */
  params: { path: string; share: number }[]
  /** What is left: params that matter only together. */
  together: number
  trials: number
}

/**
 * How much each param matters: functional ANOVA over a random forest fitted on the trials (Hutter, Hoos and Leyton-Brown
 * 2014, "An efficient approach for assessing hyperparameter importance", sections 3 and 4), first order. It weighs the
 * whole space alike, which permuting would not: a search looks mostly at good regions. Finished trials of the share that
 * most have; the last 500. Null below 10 of them, or when all scored the same.
 */
export async function paramImportance(
  space: Space,
  trials: readonly Trial[],
  { direction, seed, signal }: { direction: Direction; seed: number; signal?: AbortSignal },
): Promise<Importance | null> {
  const usable = comparable(space, trials, direction)
  if (usable.length < leastTrials) return null
  const points = pointsOf(space, usable, direction)
  const random = seededRandom(seed)
  const shares = new Float64Array(space.length)
  let grown = 0
  for (let tree = 0; tree < trees; tree++) {
    const rows = Int32Array.from(usable, () => Math.floor(random() * usable.length))
    const parts = mainEffects(growBoxes(points, rows), points.dimensions)
    if (parts) {
      for (const [i, part] of parts.entries()) shares[i] = (shares[i] ?? 0) + part
      grown += 1
    }
    await pause(signal)
  }
  if (grown === 0) return null
  const params = space.map(({ path }, i) => ({ path, share: (shares[i] ?? 0) / grown }))
  return {
    params: params.sort((a, b) => b.share - a.share),
    together: Math.max(0, 1 - params.reduce((sum, { share }) => sum + share, 0)),
    trials: usable.length,
  }
}

/** Finished trials inside the space, all of the share that most of them have (the larger of equals). */
function comparable(space: Space, trials: readonly Trial[], direction: Direction): Trial[] {
  const finished = trials.filter(
    (trial) =>
      trial.status === 'finished' &&
      Number.isFinite(lossOf(trial, direction)) &&
      space.every((dimension) => shareAt(dimension, trial.params[dimension.path]) !== null),
  )
  const counts = new Map<number, number>()
  for (const { share } of finished) counts.set(share, (counts.get(share) ?? 0) + 1)
  const [top] = [...counts].sort(([a, m], [b, n]) => n - m || b - a)[0] ?? []
  return finished
    .filter(({ share }) => share === top)
    .sort((a, b) => a.number - b.number)
    .slice(-mostTrials)
}

function pointsOf(space: Space, trials: readonly Trial[], direction: Direction): Points {
  return {
    places: Float64Array.from(
      trials.flatMap(({ params }) =>
        space.map((dimension) => {
          const value = params[dimension.path]
          // the middle of a choice's cell is half above its index
          return (dimension.kind === 'choice' ? Math.floor(placeOf(dimension, value) ?? 0) : shareAt(dimension, value)) ?? 0
        }),
      ),
    ),
    dimensions: space.map((dimension) => (dimension.kind === 'choice' ? dimension.values.length : null)),
    values: Float64Array.from(trials, (trial) => lossOf(trial, direction)),
  }
}

/** Share of a tree's variance per dimension alone; null for a tree of one value. */
function mainEffects(boxes: readonly Box[], dimensions: Points['dimensions']): number[] | null {
  const shares = boxes.map(({ sides }) => sides.reduce((share, side) => share * shareOf(side), 1))
  const mean = boxes.reduce((sum, { value }, i) => sum + value * (shares[i] ?? 0), 0)
  const variance = boxes.reduce((sum, { value }, i) => sum + (shares[i] ?? 0) * (value - mean) ** 2, 0)
  if (variance === 0 || boxes.length === 1) return null
  return dimensions.map((values, dimension) => {
    // what a box adds to the marginal all along its side
    const raised = boxes.flatMap(({ sides, value }, i) => {
      const side = sides[dimension]
      return side ? [{ side, height: ((value - mean) * (shares[i] ?? 0)) / shareOf(side) }] : []
    })
    return (values === null ? varianceOfSteps(raised) : varianceOfCells(raised, values)) / variance
  })
}

type Raised = { side: Side; height: number }[]

function varianceOfCells(raised: Raised, values: number): number {
  const heights = new Float64Array(values)
  for (const { side, height } of raised) {
    if ('cells' in side) for (let cell = 0; cell < values; cell++) if (side.cells[cell]) heights[cell] = (heights[cell] ?? 0) + height
  }
  return heights.reduce((sum, height) => sum + height * height, 0) / values
}

function varianceOfSteps(raised: Raised): number {
  const steps = raised.flatMap(({ side, height }) =>
    'cells' in side
      ? []
      : [
          { at: side.low, height },
          { at: side.high, height: -height },
        ],
  )
  let [level, before, sum] = [0, 0, 0]
  for (const { at, height } of steps.sort((a, b) => a.at - b.at)) {
    sum += (at - before) * level * level
    before = at
    level += height
  }
  return sum
}

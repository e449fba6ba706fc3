import { AppError } from '#core/errors/app-error'
import type { Dimension, Params, ParamValue, Space } from './space'

/** More points than anybody waits for; above it a grid was not meant. */
export const mostGridPoints = 10_000

/** Values per dimension, first to last. */
export type GridAxes = { path: string; values: ParamValue[] }[]

/**
 * The axes of a grid: `points` values of a number, from its first to its last, evenly (by their logarithm where it is
 * logarithmic); fewer where an int has fewer; all values of a choice. Throws AppError above 10,000 points in all.
 */
export function gridAxes(space: Space, points: number): GridAxes {
  const axes = space.map((dimension) => ({ path: dimension.path, values: valuesOf(dimension, points) }))
  const size = gridSize(axes)
  if (size > mostGridPoints) {
    throw new AppError('bad_params', {
      detail: `The grid has ${size} points, more than the ${mostGridPoints} allowed: take fewer points per param, vary fewer params, or search by TPE.`,
      hint: { param: 'gridPoints' },
    })
  }
  return axes
}

export function gridSize(axes: GridAxes): number {
  return axes.reduce((size, { values }) => size * values.length, 1)
}

/** The point of that index; the last dimension turns fastest. */
export function gridAt(axes: GridAxes, index: number): Params {
  let rest = index
  const params: Params = {}
  for (const { path, values } of [...axes].reverse()) {
    params[path] = values[rest % values.length] ?? null
    rest = Math.floor(rest / values.length)
  }
  return params
}

/** All points of the grid. Throws as `gridAxes`. */
export function gridOf(space: Space, points: number): Params[] {
  const axes = gridAxes(space, points)
  return Array.from({ length: gridSize(axes) }, (_, index) => gridAt(axes, index))
}

function valuesOf(dimension: Dimension, points: number): ParamValue[] {
  if (dimension.kind === 'choice') return dimension.values
  const { low, high, log } = dimension
  if (points < 2 || low === high) return [low]
  const values = Array.from({ length: points }, (_, i) => {
    // the ends as they were given, not as rounding leaves them
    if (i === 0 || i === points - 1) return i === 0 ? low : high
    const share = i / (points - 1)
    return log ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low))) : low + share * (high - low)
  })
  return dimension.kind === 'int' ? [...new Set(values.map(Math.round))] : values
}

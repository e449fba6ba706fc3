import { lineOf, valueAt } from './scale'
import type { Params, Space } from './space'

/** One setting drawn at random: every value of a dimension alike, every order of magnitude alike where it is logarithmic. `random` is uniform in [0, 1). */
export function sampleSpace(space: Space, random: () => number): Params {
  return Object.fromEntries(
    space.map((dimension) => {
      const { low, high } = lineOf(dimension)
      return [dimension.path, valueAt(dimension, low + (high - low) * random())]
    }),
  )
}

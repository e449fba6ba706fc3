import { mostGridPoints } from '#core/tune/grid'
import { valueAt } from '#core/tune/scale'
import { countSettings, type Params, type Space, settingKey } from '#core/tune/space'

const redraws = 20

/**
 * A draw that no earlier trial has: the same setting twice would only repeat its scores. After 20 draws in vain it takes
 * the next untried setting of a small space; null when all were tried.
 */
export function drawUnseen(space: Space, seen: ReadonlySet<string>, draw: () => Params, random: () => number): Params | null {
  let drawn = draw()
  for (let i = 0; i < redraws && seen.has(settingKey(space, drawn)); i++) drawn = draw()
  if (!seen.has(settingKey(space, drawn))) return drawn
  const size = countSettings(space)
  // in so large a space a repeat is chance, not need
  if (size > mostGridPoints) return drawn
  const start = Math.floor(random() * size)
  for (let i = 0; i < size; i++) {
    const params = settingAt(space, (start + i) % size)
    if (!seen.has(settingKey(space, params))) return params
  }
  return null
}

/** The setting of that index in a space that can be counted. */
function settingAt(space: Space, index: number): Params {
  let rest = index
  return Object.fromEntries(
    space.map((dimension) => {
      const count = countSettings([dimension])
      const at = rest % count
      rest = Math.floor(rest / count)
      if (dimension.kind === 'choice') return [dimension.path, valueAt(dimension, at)]
      return [dimension.path, dimension.low + at]
    }),
  )
}

import { sampleSpace } from '#core/tune/sample-space'
import type { Direction } from '#core/tune/settings'
import type { Params, ParamValue, Space } from '#core/tune/space'
import type { Trial } from '#core/tune/trial'
import { parzenOf } from './parzen'
import { rankTrials } from './rank-trials'

/** As Optuna's defaults: the best tenth are good, 25 at most; 24 candidates. */
const goodShare = 0.1
const mostGood = 25
const candidates = 24

/**
 * The next setting by the tree-structured Parzen estimator (Bergstra et al. 2011, section 4): trials are split into good
 * and bad, a density is learned from each, and of 24 draws from the good one that with the largest ratio good / bad, which
 * has the largest expected improvement, is taken; one dimension at a time, as Hyperopt does. Stopped and failed trials are
 * bad. At random before `startup` trials have a score.
 */
export function proposeByTpe(
  space: Space,
  trials: readonly Trial[],
  { direction, startup }: { direction: Direction; startup: number },
  random: () => number,
): Params {
  const ranked = rankTrials(trials, direction)
  const scored = ranked.filter(({ status }) => status !== 'failed').length
  if (scored < startup) return sampleSpace(space, random)
  const count = Math.min(mostGood, Math.ceil(goodShare * ranked.length))
  const [good, bad] = [ranked.slice(0, count), ranked.slice(count)]
  return Object.fromEntries(
    space.map((dimension) => {
      const valuesIn = (group: readonly Trial[]) =>
        group.flatMap(({ params }): ParamValue[] => {
          const value = params[dimension.path]
          return value === undefined ? [] : [value]
        })
      const [likely, unlikely] = [parzenOf(dimension, valuesIn(good)), parzenOf(dimension, valuesIn(bad))]
      let best = likely.draw(random)
      let gain = likely.logDensity(best) - unlikely.logDensity(best)
      for (let i = 1; i < candidates; i++) {
        const value = likely.draw(random)
        const ratio = likely.logDensity(value) - unlikely.logDensity(value)
        if (ratio > gain) [best, gain] = [value, ratio]
      }
      return [dimension.path, best]
    }),
  )
}

import type { SearchSettings } from '#core/tune/settings'

export type Rung = {
  /** Number of its first trial. */
  first: number
  trials: number
  /** Share of the rows or folds, in (0, 1]. */
  share: number
}

/** Rounds of one race: each keeps the best of the one before and gives them a larger share. */
export type Bracket = Rung[]

/**
 * Brackets of successive halving (Jamieson and Talwalkar 2016) in the sizes of Hyperband (Li et al. 2018, algorithm 1):
 * the first begins with many trials on the smallest share, the last with few on all; then the first again. Sizes do not
 * hang on `trials`, so a search can be extended; a bracket that has begun is run to its end, so that a few more settings
 * than `trials` may be tried. At least one bracket.
 */
export function planBrackets({
  trials,
  keepOneIn,
  smallestShare,
}: Pick<SearchSettings, 'trials' | 'keepOneIn' | 'smallestShare'>): Bracket[] {
  // a share of exactly 1 / 27 must count as three rounds although its logarithm is rounded
  const rounds = Math.floor(Math.log(1 / smallestShare) / Math.log(keepOneIn) + 1e-9)
  const brackets: Bracket[] = []
  let first = 0
  for (let settings = 0, at = rounds; settings < trials; at = at === 0 ? rounds : at - 1) {
    const size = Math.ceil(((rounds + 1) / (at + 1)) * keepOneIn ** at)
    const bracket = Array.from({ length: at + 1 }, (_, i) => {
      const rung = { first, trials: Math.max(1, Math.floor(size / keepOneIn ** i)), share: 1 / keepOneIn ** (at - i) }
      first += rung.trials
      return rung
    })
    brackets.push(bracket)
    settings += size
  }
  return brackets
}

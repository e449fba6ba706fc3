import type { Figure } from '#core/ports/kinds'
import { meanScore } from '#core/tune/trial'
import type { SearchReport } from './search'

/** The best score under the name of its metric, so that a gate can ask for it, and how many trials there were. */
export function searchFigures({ metric, direction, trials, best }: SearchReport): Figure[] {
  const winner = trials.find(({ number }) => number === best)
  const mean = winner ? meanScore(winner) : null
  return [
    ...(mean === null ? [] : [{ name: metric, value: mean, better: direction === 'maximise' ? ('higher' as const) : ('lower' as const) }]),
    { name: 'trials', value: trials.length },
    { name: 'trials finished', value: trials.filter(({ status }) => status === 'finished').length },
  ]
}

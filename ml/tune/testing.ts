import { type SearchSettings, searchSettingsSchema } from '#core/tune/settings'
import type { Params, Space } from '#core/tune/space'
import type { Trial } from '#core/tune/trial'
import { shouldStop } from './median-rule'
import { nextTrials, type Proposal } from './next-trials'

/**
 * Runs a search to its end, one fold of one trial after the other; `turn` says which of those at work goes on. `score` gives
 * all folds of a trial, none for one that fails; `known` is where the search goes on from.
 */
export function runSearch(
  space: Space,
  settings: Partial<SearchSettings>,
  score: (params: Params, proposal: Proposal) => number[],
  {
    known = [],
    turn = (running) => running[0],
  }: { known?: readonly Trial[]; turn?: (running: readonly Trial[]) => Trial | undefined } = {},
): Trial[] {
  const all = searchSettingsSchema.parse(settings)
  const trials = known.map((trial) => ({ ...trial, scores: [...trial.scores] }))
  for (;;) {
    const { start, isDone } = nextTrials(space, all, trials)
    if (isDone) return trials.sort((a, b) => a.number - b.number)
    trials.push(...start.map((proposal): Trial => ({ ...proposal, status: 'running', scores: [] })))
    const trial = turn(trials.filter(({ status }) => status === 'running'))
    if (!trial) throw new Error('The search neither starts a trial nor ends.')
    const scores = score(trial.params, trial)
    const next = scores[trial.scores.length]
    if (next !== undefined) trial.scores.push(next)
    if (scores.length === 0) trial.status = 'failed'
    else if (trial.scores.length === scores.length) trial.status = 'finished'
    else if (shouldStop(trial, trials, all)) trial.status = 'stopped'
  }
}

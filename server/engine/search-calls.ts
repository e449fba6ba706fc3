import { addTrialScore, findRunningTrial, listTrials, toSearchTrial } from '#db/queries/trials'
import { trialsInBudget } from '#ml/tune/in-budget'
import { shouldStop } from '#ml/tune/median-rule'
import type { House } from '#server/house'
import type { StageCalls } from '#stages/define'
import type { Study } from './stage-work'

/** Whose search is meant, and which trial of it asks; null for the stage itself. */
export type SearchCaller = { study: Study | null; trial: { number: number; stageRunId: string } | null }

/** What a stage that searches, and its trials, may ask. */
export function openSearchCalls({ db }: House, { study, trial: asking }: SearchCaller): Pick<StageCalls, 'searchTrials' | 'trialScore'> {
  return {
    async searchTrials() {
      if (!study) throw new Error('a stage that does not search asked for its trials')
      return trialsInBudget(study.space, study.settings, await listTrials(db, study.key)).map(toSearchTrial)
    },
    async trialScore({ fold, folds, score }) {
      if (!study || !asking) throw new Error('a stage that is no trial told a score')
      await addTrialScore(db, { study: study.key, ...asking, fold, score })
      if (!study.settings.stopBadTrials) return { stop: (await findRunningTrial(db, { study: study.key, ...asking })) === null }
      const trials = await listTrials(db, study.key)
      const { number, stageRunId } = asking
      const trial = trials.find((each) => each.number === number && each.stageRunId === stageRunId && each.status === 'running')
      // It was taken from this stage run: whatever it says now is not kept.
      if (!trial) return { stop: true }
      const asOf = { ...trial, scores: trial.scores.slice(0, fold + 1) }
      return { stop: fold + 1 < folds && shouldStop(asOf, trials, study.settings) }
    },
  }
}

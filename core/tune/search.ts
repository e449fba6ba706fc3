import type { SearchSettings } from './settings'
import type { Params, Space } from './space'

/** What a stage searches, and how. */
export type Search = {
  space: Space
  settings: SearchSettings
}

/** One setting to try. `scores` are those of the folds that an earlier try, whose worker was lost, had done. */
export type TrialTask = { params: Params; share: number; scores: number[] }

import { readParams } from '#core/graph/stage-rules'
import type { SearchReport } from '#core/reports/search'
import { bestTrial } from '#core/tune/trial'
import type { Db } from '#db/client'
import { getRunPlan } from '#db/queries/runs'
import { getStageRunById } from '#db/queries/stage-runs'
import { listTrials, toSearchTrial } from '#db/queries/trials'
import { trialsInBudget } from '#ml/tune/in-budget'
import { type FindSpec, withOverrides } from './stage-work'

/** What the search of a stage run has found so far, in the words of its report; null for a stage that has not begun to search. */
export async function readSearch(db: Db, findSpec: FindSpec, stageRunId: string): Promise<SearchReport | null> {
  const row = await getStageRunById(db, stageRunId)
  if (row.study === null) return null
  const plan = await getRunPlan(db, row.runId)
  const stage = withOverrides(plan.graph, plan.overrides).stages.find(({ id }) => id === row.stageId)
  const spec = findSpec(row.type)
  const params = stage && spec && readParams(spec, stage).params
  if (!spec?.search || !params) return null
  const { space, settings } = spec.search.of(params)
  const trials = trialsInBudget(space, settings, await listTrials(db, row.study)).map(toSearchTrial)
  return {
    report: 'search',
    estimator: typeof params.estimator === 'string' ? params.estimator : null,
    metric: settings.metric,
    direction: settings.direction,
    asked: settings.trials,
    dimensions: space,
    trials,
    best: bestTrial(trials, settings.direction)?.number ?? null,
    importance: null,
  }
}

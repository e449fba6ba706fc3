import type { Task } from '#core/estimators/define'
import type { Column } from '#core/ports/columns'
import { searchMetrics } from '#core/tune/metric'
import type { SearchSettings } from '#core/tune/settings'
import { checkColumn, listWords } from './column-checks'
import { checkNumberTarget, checkTarget } from './learn-params'

type SearchParams = { target: string } & Pick<SearchSettings, 'strategy' | 'foldColumn' | 'metric'>

type Problem = { param: string; message: string }

/** What is wrong with the params that stages of a search share; `name` is what is trained, in words. */
export function checkSearch(
  params: SearchParams,
  { task, name }: { task: Task; name: string },
  inputs: Record<string, readonly Column[] | undefined>,
): Problem[] {
  return [
    ...(task === 'regression' ? checkNumberTarget : checkTarget)(params, inputs),
    ...checkFoldColumn(params, inputs.train),
    ...checkMetric(params.metric, task, name),
  ]
}

function checkFoldColumn({ strategy, foldColumn }: SearchParams, train: readonly Column[] | undefined): Problem[] {
  if (strategy === 'grouped') return checkColumn('foldColumn', foldColumn, train, { what: 'the column that names the group' })
  if (strategy !== 'time') return []
  return checkColumn('foldColumn', foldColumn, train, { what: 'the column with the time', types: ['timestamp', 'number', 'integer'] })
}

/** A metric of the other task cannot be had; unknown names may be those of a class. */
function checkMetric(metric: string, task: Task, name: string): Problem[] {
  const other = task === 'regression' ? searchMetrics.classification : searchMetrics.regression
  if (!other.includes(metric)) return []
  return [{ param: 'metric', message: `"${metric}" does not measure ${name}; choose one of ${listWords(searchMetrics[task])}.` }]
}

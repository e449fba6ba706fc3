import type { Column } from '#core/ports/columns'
import type { CanvasState } from '../store.ts'
import { isRecord } from './is-record.ts'

type Seen = Pick<CanvasState, 'latest' | 'run' | 'graph' | 'dataSets'>

/** Columns that are known without a run: those of chosen data sets, and those that outputs had the last time. `stage.port` -> columns. */
export function seenColumns({ latest, run, graph, dataSets }: Seen): Record<string, readonly Column[]> {
  const seen: Record<string, readonly Column[]> = {}
  const outputs = [
    ...Object.entries(latest).map(([stage, last]) => [stage, last.outputs] as const),
    ...Object.entries(run?.stages ?? {}).map(([stage, live]) => [stage, live.outputs ?? {}] as const),
  ]
  for (const [stage, values] of outputs) {
    for (const [port, value] of Object.entries(values)) if (value.kind === 'table') seen[`${stage}.${port}`] = value.columns
  }
  for (const { id, type, params } of graph.stages) {
    const chosen =
      type === 'file' && isRecord(params.data) && typeof params.data.dataSet === 'string' ? dataSets[params.data.dataSet] : undefined
    if (chosen) seen[`${id}.table`] = chosen
  }
  return seen
}

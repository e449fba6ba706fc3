import { type MetricKey, metricId, parseMetricId } from '#core/experiments/metric'
import { type ExperimentFilter, type ExperimentOrder, type ExperimentState, experimentStates } from '#core/experiments/views'

/** A column that people choose: a metric, or a param by its name. */
export type Column = { kind: 'metric'; metric: MetricKey } | { kind: 'param'; name: string }

/** What the table shows; all of it but the search stands in the address, so that a view can be sent to somebody. */
export type View = {
  filter: Omit<ExperimentFilter, 'search'>
  order: ExperimentOrder
  /** From 0. */
  page: number
  /** Null before anybody chose. */
  columns: Column[] | null
}

export const pageSize = 50

type Params = { get(name: string): string | null; getAll(name: string): string[] }

/** Reads a view; what nobody can have meant is left out. */
export function readView(params: Params): View {
  const state = params.get('status')
  const page = Number(params.get('page') ?? 1)
  const columns = params.getAll('column')
  return {
    filter: {
      ...(params.get('workflow') && { workflowId: params.get('workflow') ?? '' }),
      ...(params.get('estimator') && { estimator: params.get('estimator') ?? '' }),
      ...(params.get('tag') && { tag: params.get('tag') ?? '' }),
      ...(isState(state) && { state }),
      repeats: params.get('repeats') === 'yes',
    },
    order: { by: orderBy(params.get('sort')), direction: params.get('direction') === 'ascending' ? 'ascending' : 'descending' },
    page: Number.isSafeInteger(page) && page >= 1 && page <= 10_000 ? page - 1 : 0,
    columns: columns.length === 0 ? null : columns.flatMap(readColumn),
  }
}

/** The address of a view, without what is as usual. */
export function viewAddress({ filter, order, page, columns }: View): string {
  const params = new URLSearchParams()
  const { workflowId, estimator, tag, state, repeats } = filter
  for (const [name, value] of Object.entries({ workflow: workflowId, estimator, tag, status: state })) if (value) params.set(name, value)
  if (repeats) params.set('repeats', 'yes')
  if (order.by !== 'when') params.set('sort', typeof order.by === 'string' ? order.by : metricId(order.by))
  if (order.direction === 'ascending') params.set('direction', 'ascending')
  if (page > 0) params.set('page', String(page + 1))
  // None at all is a choice as well.
  for (const column of columns?.length === 0 ? ['none'] : (columns ?? []).map(columnId)) params.append('column', column)
  return params.toString()
}

export const columnId = (column: Column): string => (column.kind === 'metric' ? metricId(column.metric) : `param:${column.name}`)

function readColumn(id: string): Column[] {
  if (id.startsWith('param:')) return [{ kind: 'param', name: id.slice('param:'.length) }]
  const metric = parseMetricId(id)
  return metric ? [{ kind: 'metric', metric }] : []
}

function orderBy(sort: string | null): ExperimentOrder['by'] {
  return sort === 'took' ? sort : (parseMetricId(sort ?? '') ?? 'when')
}

const isState = (state: string | null): state is ExperimentState => state !== null && Object.hasOwn(experimentStates, state)

/** The order after a click on a column: the better end first, then the other way round. */
export function nextOrder(order: ExperimentOrder, by: ExperimentOrder['by'], better?: 'higher' | 'lower'): ExperimentOrder {
  const first = better === 'lower' ? 'ascending' : 'descending'
  if (!isSortedBy(order, by)) return { by, direction: first }
  return { by, direction: order.direction === 'ascending' ? 'descending' : 'ascending' }
}

export function isSortedBy({ by }: ExperimentOrder, other: ExperimentOrder['by']): boolean {
  if (typeof by === 'string' || typeof other === 'string') return by === other
  return metricId(by) === metricId(other)
}

'use client'

import { ArrowDown, ArrowUp, NotebookPen } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '#components/ui/button'
import { Link } from '#components/ui/link'
import { ScrollX } from '#components/ui/scroll-x'
import { StatusBadge } from '#components/ui/status'
import { Ago, useNow } from '#components/ui/time'
import { metricId, metricLabel } from '#core/experiments/metric'
import type { Experiment, ExperimentOrder } from '#core/experiments/views'
import { formatDuration } from '#core/words/format'
import { startedWords } from '../runs/run-words.ts'
import { metricWords, tookMs } from './experiment-words.ts'
import { PinButton } from './pin-button'
import { type Column, columnId, isSortedBy, nextOrder } from './view-address.ts'

type Props = {
  experiments: readonly Experiment[]
  columns: readonly Column[]
  /** Which way metrics are better, by their id. */
  better: ReadonlyMap<string, 'higher' | 'lower' | undefined>
  order: ExperimentOrder
  onOrder(order: ExperimentOrder): void
  chosen: readonly string[]
  onChoose(chosen: readonly string[]): void
  onNote(experiment: Experiment): void
}

/** One line per training, pinned ones first; heads of metrics sort. */
export function ExperimentTable(props: Props) {
  const { experiments, columns, better, order, onOrder } = props
  const now = useNow()
  return (
    <section className="card">
      <ScrollX label="Experiments">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="sr">compare</span>
              </th>
              <th scope="col">
                <span className="sr">pin and note</span>
              </th>
              <th scope="col">run</th>
              <th scope="col">workflow</th>
              <th scope="col">status</th>
              <th scope="col">estimator</th>
              {columns.map((column) =>
                column.kind === 'param' ? (
                  <th key={columnId(column)} scope="col">
                    {column.name}
                  </th>
                ) : (
                  <SortHead
                    key={columnId(column)}
                    order={order}
                    by={column.metric}
                    onSort={() => onOrder(nextOrder(order, column.metric, better.get(metricId(column.metric))))}
                  >
                    {metricLabel(column.metric)}
                  </SortHead>
                ),
              )}
              <SortHead order={order} by="took" onSort={() => onOrder(nextOrder(order, 'took'))}>
                took
              </SortHead>
              <SortHead order={order} by="when" onSort={() => onOrder(nextOrder(order, 'when'))}>
                when
              </SortHead>
              <th scope="col">by</th>
              <th scope="col">registered</th>
              <th scope="col">tags and note</th>
            </tr>
          </thead>
          <tbody>
            {experiments.map((experiment) => (
              <Row key={experiment.id} experiment={experiment} now={now} {...props} />
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  )
}

function SortHead({
  order,
  by,
  onSort,
  children,
}: {
  order: ExperimentOrder
  by: ExperimentOrder['by']
  onSort(): void
  children: ReactNode
}) {
  const direction = isSortedBy(order, by) ? order.direction : null
  return (
    <th scope="col" className="num" aria-sort={direction ?? 'none'}>
      <button type="button" className="btn quiet sm" onClick={onSort}>
        {children}
        {direction === 'ascending' ? <ArrowUp className="i s" aria-hidden /> : null}
        {direction === 'descending' ? <ArrowDown className="i s" aria-hidden /> : null}
      </button>
    </th>
  )
}

function Row({ experiment, columns, chosen, onChoose, onNote, now }: Props & { experiment: Experiment; now: number }) {
  const { id, run, workflow, title } = experiment
  const name = `run ${run.number} of ${workflow.name}, ${title}`
  const isChosen = chosen.includes(id)
  const took = tookMs(experiment, now)
  return (
    <tr className={isChosen ? 'on' : undefined}>
      <td style={{ width: 32 }}>
        <input
          type="checkbox"
          aria-label={`Compare ${name}`}
          checked={isChosen}
          onChange={() => onChoose(isChosen ? chosen.filter((one) => one !== id) : [...chosen, id])}
        />
      </td>
      <td>
        <span className="row tight">
          <PinButton experiment={experiment} name={name} />
          <IconButton quiet size="sm" label={`Tags and note of ${name}`} onClick={() => onNote(experiment)}>
            <NotebookPen className="i s" aria-hidden />
          </IconButton>
        </span>
      </td>
      <td>
        <Link className="semi" href={`/runs/${run.id}`}>
          Run {run.number}
        </Link>{' '}
        <span className="t2">{title}</span>
      </td>
      <td>
        <Link href={`/workflows/${workflow.id}?run=${run.id}`}>{workflow.name}</Link> <span className="t3">v{experiment.version}</span>
      </td>
      <td title={experiment.error?.message}>
        <StatusBadge status={experiment.status} />
      </td>
      <td>{experiment.estimator}</td>
      {columns.map((column) => (
        <Cell key={columnId(column)} column={column} experiment={experiment} />
      ))}
      <td className="num">{took === null ? '–' : formatDuration(took)}</td>
      <td className="num">
        <Ago at={experiment.at} />
      </td>
      <td className="t2">{startedWords(experiment)}</td>
      <td>
        {experiment.registered.map(({ model, version }) => (
          <Link key={`${model} ${version}`} className="mr-2" href={`/models/${encodeURIComponent(model)}/${version}`}>
            {model} v{version}
          </Link>
        ))}
      </td>
      <td>
        {experiment.tags.map((tag) => (
          <span key={tag} className="chip mr-1">
            {tag}
          </span>
        ))}
        <span className="t2" title={experiment.note}>
          {firstLine(experiment.note)}
        </span>
      </td>
    </tr>
  )
}

function Cell({ column, experiment }: { column: Column; experiment: Experiment }) {
  if (column.kind === 'param') {
    const value = experiment.params.find(({ name }) => name === column.name)?.value
    return (
      <td className="mono t2 trunc" style={{ maxWidth: 240 }} title={value}>
        {value ?? '–'}
      </td>
    )
  }
  const metric = experiment.metrics.find((one) => metricId(one) === metricId(column.metric))
  return <td className={metric ? 'num' : 'num t3'}>{metricWords(metric)}</td>
}

const longestNote = 60

function firstLine(note: string): string {
  const [line = ''] = note.split('\n')
  return line.length > longestNote || line.length < note.length ? `${line.slice(0, longestNote)}…` : line
}

'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Skeleton } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { StatusBadge } from '#components/ui/status'
import { tellError } from '#components/ui/toasts'
import { isFinal } from '#core/runs/status'
import { formatNumber, formatShare, formatValue } from '#core/words/format'

const lookMs = 1_000

/** How far a replay is, with a way to stop it, and what came of it. */
export function TrafficJob({ id, onAgain, onClose }: { id: string; onAgain(): void; onClose(): void }) {
  const trpc = useTRPC()
  const job = useQuery(
    trpc.jobs.get.queryOptions(
      { id },
      { refetchInterval: (query) => (query.state.data && isFinal(query.state.data.status) ? false : lookMs) },
    ),
  )
  const cancel = useMutation(
    trpc.jobs.cancel.mutationOptions({ onError: (error) => tellError('Not stopped', error), onSettled: () => job.refetch() }),
  )
  if (job.isError) return <Failure title="The replay cannot be seen" error={job.error} onRetry={() => job.refetch()} />
  if (!job.data) return <Skeleton height={96} />
  const { status, progress, result, error } = job.data
  const isOver = isFinal(status)
  const share = isOver && !error ? 1 : progress && progress.total > 0 ? progress.done / progress.total : 0
  return (
    <div className="col gap-3!" aria-live="polite">
      <div className="row">
        <StatusBadge status={status} />
        <span className="sm t2">{progress?.doing ?? (status === 'queued' ? 'waits for a worker' : '')}</span>
      </div>
      <span
        className="meter"
        style={{ width: '100%' }}
        role="progressbar"
        aria-label="Records sent"
        aria-valuenow={Math.round(share * 100)}
      >
        <i style={{ width: `${share * 100}%` }} />
      </span>
      {error ? <p className="bad">{error.message}</p> : null}
      {result ? <Outcome result={result} /> : null}
      <div className="row justify-end">
        {isOver ? (
          <Button onClick={onAgain}>Send more</Button>
        ) : (
          <Button kind="danger-line" busy={cancel.isPending} onClick={() => cancel.mutate({ id })}>
            Stop
          </Button>
        )}
        <Button kind="primary" onClick={onClose}>
          {isOver ? 'Done' : 'Go on in the background'}
        </Button>
      </div>
    </div>
  )
}

function Outcome({ result }: { result: Record<string, unknown> }) {
  const number = (name: string) => (typeof result[name] === 'number' ? result[name] : 0)
  const labels = Object.entries(typeof result.labels === 'object' && result.labels !== null ? result.labels : {})
    .map(([label, count]) => ({ label, count: Number(count) }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 6)
  return (
    <>
      <p>
        {formatNumber(number('answered'))} of {formatNumber(number('sent'))} answered in {number('seconds').toFixed(1)} s,{' '}
        {formatNumber(number('perSecond'))} a second{number('failed') > 0 ? `; ${formatNumber(number('failed'))} refused` : ''}.
        {typeof result.problem === 'string' ? ` First refusal: ${result.problem}` : ''}
      </p>
      {hasNumbers(result.values) ? (
        <p className="sm t2">
          Values {formatValue(result.values.lowest)} to {formatValue(result.values.highest)}, mean {formatValue(result.values.mean)}.
        </p>
      ) : null}
      <ul className="row flex-wrap sm t2">
        {labels.map(({ label, count }) => (
          <li key={label} className="badge">
            {label} {formatShare(count / Math.max(1, number('answered')))}
          </li>
        ))}
      </ul>
    </>
  )
}

/** What a replay against a regressor says of the numbers that came back. */
function hasNumbers(values: unknown): values is { mean: number; lowest: number; highest: number } {
  return typeof values === 'object' && values !== null && ['mean', 'lowest', 'highest'].every((name) => name in values)
}

'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Skeleton } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { StatusBadge } from '#components/ui/status'
import { tellError } from '#components/ui/toasts'
import { isFinal } from '#core/runs/status'

const lookMs = 1_000

/** `isOver`: nothing more happens. `result` is null until then, and when nothing came of it. */
export type JobState = { isOver: boolean; result: Record<string, unknown> | null }

type JobProgressProps = {
  id: string
  /** What the meter counts, for those who hear it. */
  counts: string
  /** Drawn when it has a result. */
  children(result: Record<string, unknown>): ReactNode
  /** Buttons beside Stop. */
  buttons(state: JobState): ReactNode
}

/** How far a job is, a way to stop it, and what came of it. */
export function JobProgress({ id, counts, children, buttons }: JobProgressProps) {
  const trpc = useTRPC()
  const refusal = useRefusal('analyst')
  const job = useQuery(
    trpc.jobs.get.queryOptions(
      { id },
      { refetchInterval: (query) => (query.state.data && isFinal(query.state.data.status) ? false : lookMs) },
    ),
  )
  const cancel = useMutation(
    trpc.jobs.cancel.mutationOptions({ onError: (error) => tellError('Not stopped', error), onSettled: () => job.refetch() }),
  )
  if (job.isError) return <Failure title="The job cannot be seen" error={job.error} onRetry={() => job.refetch()} />
  if (!job.data) return <Skeleton height={96} />
  const { status, progress, result, error } = job.data
  const isOver = isFinal(status)
  const share = status === 'done' ? 1 : progress && progress.total > 0 ? progress.done / progress.total : 0
  return (
    <div className="col gap-3!" aria-live="polite">
      <div className="row">
        <StatusBadge status={status} />
        <span className="sm t2">{isOver ? '' : (progress?.doing ?? (status === 'queued' ? 'waits for a worker' : ''))}</span>
      </div>
      <span className="meter" style={{ width: '100%' }} role="progressbar" aria-label={counts} aria-valuenow={Math.round(share * 100)}>
        <i style={{ width: `${share * 100}%` }} />
      </span>
      {error ? <p className="bad">{error.message}</p> : null}
      {result ? children(result) : null}
      <div className="row justify-end">
        {isOver ? null : (
          <Button kind="danger-line" busy={cancel.isPending} refusal={refusal} onClick={() => cancel.mutate({ id })}>
            Stop
          </Button>
        )}
        {buttons({ isOver, result })}
      </div>
    </div>
  )
}

type RepeatableJobProps = Pick<JobProgressProps, 'id' | 'counts' | 'children'> & {
  /** The button that begins anew once it is over. */
  again: string
  onAgain(): void
  onClose(): void
}

/** A job in a dialog that may be closed meanwhile, and that can be asked for again. */
export function RepeatableJob({ again, onAgain, onClose, ...job }: RepeatableJobProps) {
  return (
    <JobProgress
      {...job}
      buttons={({ isOver }) => (
        <>
          {isOver ? <Button onClick={onAgain}>{again}</Button> : null}
          <Button kind="primary" onClick={onClose}>
            {isOver ? 'Done' : 'Go on in the background'}
          </Button>
        </>
      )}
    />
  )
}

'use client'

import { useMutation } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Link } from '#components/ui/link'
import { StatusIcon, statusWord } from '#components/ui/status'
import { useNow } from '#components/ui/time'
import { tellError } from '#components/ui/toasts'
import { isFinal } from '#core/runs/status'
import type { RunView, StageRunView } from '#core/runs/views'
import { formatDuration, plural } from '#core/words/format'
import { selectStage } from '../actions/select.ts'
import { useCanvas, useCanvasParts } from '../canvas-context'

/** The run that goes on now, or how the last one ended. */
export function RunStrip() {
  const { run, stages } = useCanvasParts((state) => ({ run: state.run?.run ?? null, stages: state.run?.stages ?? null }))
  if (!run || !stages) return null
  return <Strip run={run} stages={Object.values(stages)} />
}

function Strip({ run, stages }: { run: RunView; stages: readonly StageRunView[] }) {
  const trpc = useTRPC()
  const cancel = useMutation(trpc.runs.cancel.mutationOptions({ onError: (error) => tellError('Not cancelled', error) }))
  const refusal = useRefusal('analyst')
  const asked = stages.filter((stage) => stage.status !== 'skipped')
  const over = asked.filter((stage) => isFinal(stage.status)).length
  const bad = asked.filter((stage) => ['failed', 'crashed', 'timed_out'].includes(stage.status)).length
  return (
    <div className="float run-strip" role="status" aria-label={`Run ${run.number}`}>
      <span className="row tight sm nowrap">
        <StatusIcon status={run.status} />
        <Link className="med" href={`/runs/${run.id}`}>
          Run {run.number}
        </Link>
        <span className="t3 hide-s">
          {isFinal(run.status) ? <Ended run={run} bad={bad} /> : <Going run={run} over={over} asked={asked} />}
        </span>
      </span>
      {isFinal(run.status) ? (
        <TryDeployment stages={stages} />
      ) : (
        <Button kind="quiet" size="sm" refusal={refusal} busy={cancel.isPending} onClick={() => cancel.mutate({ id: run.id })}>
          Cancel
        </Button>
      )}
    </div>
  )
}

/** A run that ended in a deployment leads to the box where it can be tried. */
function TryDeployment({ stages }: { stages: readonly StageRunView[] }) {
  const { store } = useCanvas()
  for (const { stage, outputs } of stages) {
    for (const [port, value] of Object.entries(outputs ?? {})) {
      if (value.kind !== 'deployment') continue
      const show = () => {
        selectStage(store, stage)
        store.setState({ shownPort: `${stage}.${port}` })
      }
      return (
        <Button kind="quiet" size="sm" onClick={show}>
          Try {value.deployment}
        </Button>
      )
    }
  }
  return null
}

function Ended({ run, bad }: { run: RunView; bad: number }) {
  const ms = run.startedAt && run.finishedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : null
  const took = ms === null ? '' : ` in ${formatDuration(ms)}`
  if (bad > 0) return `failed in ${plural(bad, 'stage')}`
  return run.status === 'cached' ? 'all from the cache' : `${statusWord(run.status)}${took}`
}

function Going({ run, over, asked }: { run: RunView; over: number; asked: readonly StageRunView[] }) {
  const now = useNow()
  const left = Math.max(0, ...asked.map((stage) => (stage.status === 'running' ? (stage.progress?.secondsLeft ?? 0) : 0)))
  const since = run.startedAt ? Math.max(0, now - run.startedAt.getTime()) : 0
  const waits = asked.some((stage) => stage.status === 'waiting') && !asked.some((stage) => stage.status === 'running')
  const time = waits
    ? ', waits for a person'
    : left > 0
      ? `, ${formatDuration(left * 1000)} left`
      : since > 1_000
        ? `, ${formatDuration(since)}`
        : ''
  return `${over} of ${plural(asked.length, 'stage')}${time}`
}

'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Ban, RotateCw, Workflow } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { StatusBadge } from '#components/ui/status'
import { Ago, useNow } from '#components/ui/time'
import { tell, tellError } from '#components/ui/toasts'
import { isFinal } from '#core/runs/status'
import type { RunDetails } from '#core/runs/views'
import { formatDuration } from '#core/words/format'
import { findSpec } from '#stages/specs'
import { RunReports } from './run-reports'
import { RunTimeline } from './run-timeline'
import { countWords, runTookMs, scopeWords, startedWords } from './run-words.ts'
import { StageTable } from './stage-table'

/** One run: how it went, when each stage worked, what it found, what it said. */
export function RunPage({ id }: { id: string }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.runs.get.queryOptions(
      { id },
      { refetchInterval: (query) => (query.state.data && isFinal(query.state.data.run.status) ? false : 1_000) },
    ),
  )
  const title = data ? `Run ${data.run.number}` : 'Run'
  return (
    <Page
      crumbs={[
        { label: 'Runs', href: '/runs' },
        ...(data ? [{ label: data.run.workflow.name, href: `/runs?workflow=${data.run.workflow.id}` }] : []),
        { label: title },
      ]}
      actions={data ? <RunActions details={data} /> : null}
    >
      {data ? (
        <Details details={data} />
      ) : (
        <>
          <PageHead title={title} />
          {error ? <Failure title="The run did not load" error={error} onRetry={() => void refetch()} /> : <SkeletonRows rows={12} />}
        </>
      )}
    </Page>
  )
}

function RunActions({ details: { run } }: { details: RunDetails }) {
  const trpc = useTRPC()
  const router = useRouter()
  const queries = useQueryClient()
  const refusal = useRefusal('analyst')
  const again = useMutation(
    trpc.runs.start.mutationOptions({
      onSuccess: ({ id, number }) => {
        tell({ title: `Run ${number} started`, detail: 'The same version of the workflow, with the same settings.' })
        router.push(`/runs/${id}`)
      },
      onError: (error) => tellError('Not started', error),
    }),
  )
  const cancel = useMutation(
    trpc.runs.cancel.mutationOptions({
      onSuccess: async ({ cancelled }) => {
        await queries.invalidateQueries({ queryKey: trpc.runs.pathKey() })
        tell({ title: cancelled ? `Run ${run.number} cancelled` : `Run ${run.number} was over already` })
      },
      onError: (error) => tellError('Not cancelled', error),
    }),
  )
  return (
    <>
      {isFinal(run.status) ? (
        <Button
          icon={<RotateCw className="i s" aria-hidden />}
          refusal={refusal}
          busy={again.isPending}
          onClick={() =>
            again.mutate({ workflowId: run.workflow.id, versionId: run.version.id, scope: run.scope, overrides: run.overrides })
          }
        >
          Run again
        </Button>
      ) : (
        <Button
          kind="danger-line"
          icon={<Ban className="i s" aria-hidden />}
          refusal={refusal}
          busy={cancel.isPending}
          onClick={() => cancel.mutate({ id: run.id })}
        >
          Cancel run
        </Button>
      )}
      <Link className="btn primary" href={`/workflows/${run.workflow.id}?run=${run.id}`}>
        <Workflow className="i s" aria-hidden />
        Open on canvas
      </Link>
    </>
  )
}

function Details({ details: { run, stages } }: { details: RunDetails }) {
  const trpc = useTRPC()
  const now = useNow()
  const version = useQuery(
    trpc.workflows.version.queryOptions({ id: run.workflow.id, number: run.version.number }, { staleTime: Number.POSITIVE_INFINITY }),
  ).data
  const titles = new Map(stages.map(({ stage, type }) => [stage, findSpec(type)?.title ?? stage]))
  for (const { id, title } of version?.graph.stages ?? []) if (title) titles.set(id, title)
  const titleOf = (stage: string) => titles.get(stage) ?? stage
  const took = runTookMs(run, now)
  const overrides = Object.entries(run.overrides)
  return (
    <>
      <PageHead
        title={`Run ${run.number} of ${run.workflow.name}`}
        badges={<StatusBadge status={run.status} />}
        note={
          <>
            v{run.version.number}, {scopeWords(run.scope)}, {countWords(run.stages)}
            {took === null ? '' : `, ${formatDuration(took)}`}, by {startedWords(run)}, <Ago at={run.createdAt} />
          </>
        }
      />
      {run.error ? (
        <div className="banner mb-3" data-st="failed" role="alert">
          {run.error.message}
        </div>
      ) : null}
      {overrides.length > 0 ? (
        <p className="sm t2 mb-3">
          Set for this run only:{' '}
          {overrides.map(([param, value]) => (
            <span key={param} className="chip mono mr-1 h-auto! max-w-full whitespace-normal! wrap-anywhere">
              {param} = {typeof value === 'string' ? value : JSON.stringify(value)}
            </span>
          ))}
        </p>
      ) : null}
      <Card title="Time" note="since the first stage began">
        <RunTimeline stages={stages} titleOf={titleOf} />
      </Card>
      <StageTable stages={stages} titleOf={titleOf} />
      <RunReports stages={stages} titleOf={titleOf} />
    </>
  )
}

'use client'

import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Page } from '#components/shell/page'
import { Skeleton } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Builder } from './builder'
import type { Opened } from './opened.ts'

/** Opens a workflow: its newest version, `?version=` an older one, or `?run=` a past run as the canvas was. */
export function BuilderPage({ id }: { id: string }) {
  const search = useSearchParams()
  const runId = search.get('run')
  const number = Number(search.get('version')) || null
  const opened = useOpened(id, runId, number)
  if (opened.data) return <Builder key={`${id} ${runId} ${number}`} opened={opened.data} />
  return (
    <Page crumbs={[{ label: 'Workflows', href: '/workflows' }, { label: '…' }]} flush={!opened.error}>
      {opened.error ? <Failure title="This workflow cannot be opened" error={opened.error} onRetry={opened.retry} /> : <BuilderSkeleton />}
    </Page>
  )
}

/** Read anew each time that it is opened: an edit must start from what is saved now. */
const fresh = { gcTime: 0, staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, refetchOnReconnect: false } as const

function useOpened(id: string, runId: string | null, number: number | null): { data: Opened | null; error: unknown; retry(): void } {
  const trpc = useTRPC()
  const role = useRefusal('analyst')
  const workflow = useQuery(trpc.workflows.get.queryOptions({ id }, fresh))
  const run = useQuery(trpc.runs.get.queryOptions({ id: runId ?? '' }, { ...fresh, enabled: runId !== null }))
  const wanted = run.data?.run.version.number ?? number
  const version = useQuery(trpc.workflows.version.queryOptions({ id, number: wanted ?? 1 }, { ...fresh, enabled: wanted !== null }))
  const retry = () => {
    for (const query of [workflow, run, version]) if (query.error) void query.refetch()
  }
  const error = workflow.error ?? (runId !== null ? run.error : null) ?? (wanted !== null ? version.error : null)
  if (error || !workflow.data || (runId !== null && !run.data) || (wanted !== null && !version.data)) return { data: null, error, retry }
  const { newest, ...about } = workflow.data
  const shown = version.data ?? newest
  const isOld = shown.number !== newest.number
  const archived = about.archivedAt ? `${about.name} is archived. Bring it back from the menu to change it.` : null
  const locked = run.data
    ? `This is run ${run.data.run.number} on v${shown.number}. Go to the newest version to change it.`
    : isOld
      ? `This is v${shown.number} of ${newest.number}. Restore it to change it.`
      : (role ?? archived)
  return { data: { about, newest, shown, run: run.data ?? null, locked }, error: null, retry }
}

function BuilderSkeleton() {
  return (
    <div className="builder h-full" role="status" aria-label="Opening the workflow">
      <div className="palette p-2">
        {Array.from({ length: 14 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
          <Skeleton key={i} height={22} className="mb-2" />
        ))}
      </div>
      <div className="canvas grid place-items-center">
        <div className="row wide">
          <Skeleton height={94} width={220} />
          <Skeleton height={94} width={220} />
        </div>
      </div>
      <div className="dock" />
      <div className="inspector" />
    </div>
  )
}

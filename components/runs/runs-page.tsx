'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Select } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { StatusBadge } from '#components/ui/status'
import { Ago, useNow } from '#components/ui/time'
import type { Status } from '#core/runs/status'
import type { RunView } from '#core/runs/views'
import { formatDuration, plural } from '#core/words/format'
import { countWords, runTookMs, startedWords } from './run-words.ts'

const statusGroups: Record<string, { label: string; status: Status[] }> = {
  open: { label: 'Running or waiting', status: ['queued', 'running', 'waiting'] },
  good: { label: 'Done', status: ['done', 'cached'] },
  bad: { label: 'Failed', status: ['failed', 'crashed', 'timed_out'] },
  cancelled: { label: 'Cancelled', status: ['cancelled'] },
}

/** Every run of every workflow, newest first. */
export function RunsPage() {
  const trpc = useTRPC()
  const params = useSearchParams()
  const router = useRouter()
  const path = usePathname()
  const [chosen, setChosen] = useState<RunView[]>([])
  const group = params.get('status') ?? ''
  const workflowId = params.get('workflow') ?? ''
  const filter = { status: statusGroups[group]?.status, workflowId: workflowId || undefined, limit: 50 }
  const list = useInfiniteQuery(
    trpc.runs.list.infiniteQueryOptions(filter, { getNextPageParam: (page) => page.nextCursor ?? undefined, refetchInterval: 3_000 }),
  )
  const workflows = useQuery(trpc.workflows.list.queryOptions({})).data ?? []
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(params)
    if (value === '') next.delete(name)
    else next.set(name, value)
    setChosen([])
    router.replace(`${path}?${next}`, { scroll: false })
  }
  const runs = list.data?.pages.flatMap((page) => page.runs)
  const [before, after] = [...chosen].sort((a, b) => a.number - b.number)
  return (
    <Page
      crumbs={[{ label: 'Runs' }]}
      actions={
        <Button
          kind="primary"
          refusal={compareRefusal(chosen)}
          onClick={() => before && after && router.push(`/runs/compare?a=${before.id}&b=${after.id}`)}
        >
          Compare runs
        </Button>
      }
    >
      <PageHead title="Runs" note={runs ? `${plural(runs.length, 'run')}${list.hasNextPage ? ' and more' : ''}` : undefined}>
        <Select
          inline
          aria-label="Status"
          value={group}
          options={[{ value: '', label: 'Any status' }, ...Object.entries(statusGroups).map(([value, { label }]) => ({ value, label }))]}
          onChange={(event) => choose('status', event.currentTarget.value)}
        />
        <Select
          inline
          aria-label="Workflow"
          value={workflowId}
          options={[{ value: '', label: 'All workflows' }, ...workflows.map(({ id, name }) => ({ value: id, label: name }))]}
          onChange={(event) => choose('workflow', event.currentTarget.value)}
        />
      </PageHead>
      {runs === undefined ? (
        list.error ? (
          <Failure title="The runs did not load" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <SkeletonRows rows={10} />
        )
      ) : runs.length === 0 ? (
        <NoRuns isFiltered={group !== '' || workflowId !== ''} onClear={() => router.replace(path)} />
      ) : (
        <>
          <RunTable runs={runs} chosen={chosen} onChoose={setChosen} />
          {list.hasNextPage ? (
            <Button className="mt-3" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show 50 older runs
            </Button>
          ) : null}
        </>
      )}
    </Page>
  )
}

function compareRefusal(chosen: readonly RunView[]): string | null {
  if (chosen.length !== 2) return 'Tick two runs of one workflow to compare them.'
  return chosen[0]?.workflow.id === chosen[1]?.workflow.id ? null : 'These are runs of two workflows; tick two of the same.'
}

function NoRuns({ isFiltered, onClear }: { isFiltered: boolean; onClear(): void }) {
  return isFiltered ? (
    <Empty title="No run fits the filter" action={<Button onClick={onClear}>Show all runs</Button>} />
  ) : (
    <Empty
      title="Nothing has run yet"
      action={
        <Link className="btn primary" href="/workflows">
          Open a workflow
        </Link>
      }
    >
      Press Run on a workflow, and its runs are listed here.
    </Empty>
  )
}

function RunTable({ runs, chosen, onChoose }: { runs: readonly RunView[]; chosen: readonly RunView[]; onChoose(chosen: RunView[]): void }) {
  const now = useNow()
  const toggle = (run: RunView) => {
    const others = chosen.filter((one) => one.id !== run.id)
    onChoose(others.length < chosen.length ? others : [...others.slice(-1), run])
  }
  return (
    <section className="card">
      <div className="scroll-x">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="sr">compare</span>
              </th>
              <th scope="col">run</th>
              <th scope="col">workflow</th>
              <th scope="col">status</th>
              <th scope="col">stages</th>
              <th scope="col" className="num">
                took
              </th>
              <th scope="col">started</th>
              <th scope="col">by</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => {
              const took = runTookMs(run, now)
              return (
                <tr key={run.id}>
                  <td style={{ width: 32 }}>
                    <input
                      type="checkbox"
                      aria-label={`Compare run ${run.number} of ${run.workflow.name}`}
                      checked={chosen.some((one) => one.id === run.id)}
                      onChange={() => toggle(run)}
                    />
                  </td>
                  <td>
                    <Link className="semi" href={`/runs/${run.id}`}>
                      Run {run.number}
                    </Link>
                  </td>
                  <td>
                    <Link href={`/workflows/${run.workflow.id}`}>{run.workflow.name}</Link>{' '}
                    <span className="t3">v{run.version.number}</span>
                  </td>
                  <td>
                    <StatusBadge status={run.status} />
                  </td>
                  <td className="t2">{countWords(run.stages)}</td>
                  <td className="num">{took === null ? '–' : formatDuration(took)}</td>
                  <td>
                    <Ago at={run.createdAt} />
                  </td>
                  <td className="t2">{startedWords(run)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}

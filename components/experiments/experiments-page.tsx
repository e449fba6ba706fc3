'use client'

import { useQuery } from '@tanstack/react-query'
import { Columns3, Search } from 'lucide-react'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useDeferredValue, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { TextInput } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { usualMetrics } from '#core/experiments/metric'
import type { Experiment } from '#core/experiments/views'
import { plural } from '#core/words/format'
import { ColumnsSheet } from './columns-sheet'
import { ExperimentFilters } from './experiment-filters'
import { ExperimentTable } from './experiment-table'
import { NoteDialog } from './note-dialog'
import { Pager } from './pager'
import { type Column, pageSize, readView, type View, viewAddress } from './view-address.ts'

const mostCompared = 20

/** Every training: filtered, sorted and paged by the server, with the params and metrics that people choose. */
export function ExperimentsPage() {
  const trpc = useTRPC()
  const router = useRouter()
  const path = usePathname()
  const view = readView(useSearchParams())
  const [search, setSearch] = useState('')
  const words = useDeferredValue(search.trim())
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [isChoosing, setChoosing] = useState(false)
  const [noted, setNoted] = useState<Experiment | null>(null)
  const show = (next: Partial<View>) => {
    const address = viewAddress({ ...view, page: 0, ...next })
    router.replace(address === '' ? path : `${path}?${address}`, { scroll: false })
  }
  const list = useQuery(
    trpc.experiments.list.queryOptions(
      {
        filter: { ...view.filter, ...(words && { search: words }) },
        order: view.order,
        offset: view.page * pageSize,
        limit: pageSize,
      },
      { refetchInterval: 3_000, placeholderData: (before) => before },
    ),
  )
  const { workflowId } = view.filter
  const choices = useQuery(trpc.experiments.choices.queryOptions(workflowId ? { workflowId } : {}, { refetchInterval: 15_000 })).data
  const there = choices?.metrics ?? []
  const columns: Column[] = view.columns ?? usualMetrics(there).map((metric) => ({ kind: 'metric', metric }))
  const isFiltered = viewAddress({ ...view, order: { by: 'when', direction: 'descending' }, page: 0, columns: null }) !== '' || words !== ''
  const clear = () => {
    setSearch('')
    show({ filter: { repeats: false } })
  }
  return (
    <Page
      crumbs={[{ label: 'Experiments' }]}
      actions={
        <Button
          kind="primary"
          refusal={compareRefusal(chosen.length)}
          onClick={() => router.push(`/experiments/compare?${new URLSearchParams(chosen.map((id) => ['id', id]))}`)}
        >
          {chosen.length < 2 ? 'Compare' : `Compare ${chosen.length}`}
        </Button>
      }
    >
      <PageHead title="Experiments" note={list.data ? `${plural(list.data.total, 'training')}${isFiltered ? ' that fit' : ''}` : undefined}>
        {chosen.length > 0 ? (
          <Button kind="quiet" onClick={() => setChosen([])}>
            Untick all
          </Button>
        ) : null}
        <Button icon={<Columns3 className="i s" aria-hidden />} onClick={() => setChoosing(true)}>
          Columns
        </Button>
      </PageHead>
      <div className="row mb-3 flex-wrap">
        <TextInput
          className="max-w-64"
          type="search"
          aria-label="Search experiments"
          placeholder="Find an experiment"
          icon={<Search className="i s" aria-hidden />}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value)
            if (view.page > 0) show({})
          }}
        />
        <ExperimentFilters filter={view.filter} choices={choices} onFilter={(filter) => show({ filter })} />
      </div>
      {list.data === undefined ? (
        list.error ? (
          <Failure title="The experiments did not load" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <SkeletonRows rows={10} />
        )
      ) : list.data.experiments.length === 0 ? (
        <NoExperiments isFiltered={isFiltered} isBehind={list.data.total > 0} onClear={clear} onFirst={() => show({})} />
      ) : (
        <>
          <ExperimentTable
            experiments={list.data.experiments}
            columns={columns}
            better={new Map(there.map((metric) => [`${metric.source}:${metric.name}`, metric.better ?? undefined]))}
            order={view.order}
            onOrder={(order) => show({ order })}
            chosen={chosen}
            onChoose={setChosen}
            onNote={setNoted}
          />
          <Pager page={view.page} total={list.data.total} onPage={(page) => show({ page })} />
        </>
      )}
      {isChoosing ? (
        <ColumnsSheet
          metrics={there}
          params={[...new Set((list.data?.experiments ?? []).flatMap(({ params }) => params.map(({ name }) => name)))]}
          columns={columns}
          onColumns={(next) => show({ columns: next, page: view.page })}
          onClose={() => setChoosing(false)}
        />
      ) : null}
      {noted ? <NoteDialog experiment={noted} onClose={() => setNoted(null)} /> : null}
    </Page>
  )
}

function compareRefusal(chosen: number): string | null {
  if (chosen < 2) return 'Tick two or more experiments to compare them.'
  return chosen > mostCompared ? `At most ${mostCompared} experiments fit side by side; ${chosen} are ticked.` : null
}

function NoExperiments(props: { isFiltered: boolean; isBehind: boolean; onClear(): void; onFirst(): void }) {
  if (props.isBehind)
    return <Empty title="There are not so many pages" action={<Button onClick={props.onFirst}>Show the first page</Button>} />
  if (props.isFiltered) return <Empty title="No experiment fits the filter" action={<Button onClick={props.onClear}>Show all</Button>} />
  return (
    <Empty
      title="Nothing has been trained yet"
      action={
        <Link className="btn primary" href="/workflows">
          Open a workflow
        </Link>
      }
    >
      Run a workflow that has a Learn or a Tune stage. Every training is listed here with its settings and what was measured.
    </Empty>
  )
}

'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus, Search, Upload } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { usePaletteItems } from '#components/shell/command-palette'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Empty, Skeleton } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Segmented } from '#components/ui/segmented'
import { plural } from '#core/words/format'
import './workflows.css'
import { TemplateGallery } from './template-gallery'
import { useStartWorkflow } from './use-start-workflow.ts'
import { WorkflowCardView } from './workflow-card'

type Show = 'all' | 'mine' | 'live'

/** All workflows with a small picture each, and the templates to start from. */
export function WorkflowsPage() {
  const trpc = useTRPC()
  const refusal = useRefusal('analyst')
  const { start, importFile, isBusy } = useStartWorkflow()
  const [search, setSearch] = useState('')
  const [show, setShow] = useState<Show>('all')
  const deferred = useDeferredValue(search.trim())
  const file = useRef<HTMLInputElement>(null)
  const find = useRef<HTMLInputElement>(null)
  const { data, error, refetch } = useQuery(
    trpc.workflows.list.queryOptions({ search: deferred, show }, { placeholderData: (before) => before, refetchInterval: 5_000 }),
  )
  usePaletteItems(
    useMemo(
      () =>
        refusal
          ? []
          : [
              { id: 'new-workflow', group: 'Actions', label: 'New workflow', keywords: ['create', 'blank'], run: () => start({}) },
              {
                id: 'import-workflow',
                group: 'Actions',
                label: 'Import workflow',
                keywords: ['json', 'file'],
                run: () => file.current?.click(),
              },
            ],
      [refusal, start],
    ),
  )
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || (event.target instanceof Element && event.target.closest('input, textarea, select'))) return
      event.preventDefault()
      find.current?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  const isFiltered = deferred !== '' || show !== 'all'
  return (
    <Page
      crumbs={[{ label: 'Workflows' }]}
      actions={
        <>
          <Button icon={<Upload className="i s" aria-hidden />} refusal={refusal} busy={isBusy} onClick={() => file.current?.click()}>
            Import
          </Button>
          <Button kind="primary" icon={<Plus className="i s" aria-hidden />} refusal={refusal} busy={isBusy} onClick={() => start({})}>
            New workflow
          </Button>
        </>
      }
    >
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        className="sr"
        tabIndex={-1}
        aria-label="Workflow file"
        onChange={(event) => {
          const [chosen] = event.target.files ?? []
          if (chosen) importFile(chosen)
          event.target.value = ''
        }}
      />
      <PageHead title="Workflows" note={data ? plural(data.length, 'workflow') : null}>
        <label className="input search find">
          <Search className="i s" aria-hidden />
          <input
            ref={find}
            type="search"
            aria-label="Find a workflow"
            placeholder="Find a workflow"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <span className="kbd">/</span>
        </label>
        <Segmented<Show>
          label="Show"
          value={show}
          onChange={setShow}
          options={[
            { value: 'all', label: 'All' },
            { value: 'mine', label: 'Mine' },
            { value: 'live', label: 'Live' },
          ]}
        />
      </PageHead>
      {error && !data ? <Failure title="The workflows cannot be listed" error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <CardsSkeleton /> : null}
      {data && data.length > 0 ? (
        <div className="grid wfs">
          {data.map((card) => (
            <WorkflowCardView key={card.id} card={card} />
          ))}
        </div>
      ) : null}
      {data?.length === 0 ? (
        isFiltered ? (
          <Empty
            title="No workflow fits"
            action={
              <Button
                onClick={() => {
                  setSearch('')
                  setShow('all')
                }}
              >
                Show all
              </Button>
            }
          >
            {show === 'live' ? 'None of these serves a deployment.' : 'Try another word.'}
          </Empty>
        ) : (
          <Empty
            title="There is no workflow yet"
            action={
              <Button icon={<Plus className="i s" aria-hidden />} refusal={refusal} onClick={() => start({ template: 'email-triage' })}>
                Start with e-mail triage
              </Button>
            }
          >
            Start from a template below, or from an empty canvas.
          </Empty>
        )
      ) : null}
      <TemplateGallery />
    </Page>
  )
}

function CardsSkeleton() {
  return (
    <div className="grid wfs" role="status" aria-label="Loading workflows">
      {Array.from({ length: 6 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the cards are all alike and never move
        <div key={i} className="card wf">
          <div className="pic" />
          <div className="txt">
            <Skeleton height={20} width="50%" />
            <Skeleton height={16} />
            <Skeleton height={24} />
          </div>
        </div>
      ))}
    </div>
  )
}

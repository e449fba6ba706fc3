'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronRight, X } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { IconButton } from '#components/ui/button'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { StatusIcon, statusWord } from '#components/ui/status'
import { Tabs } from '#components/ui/tabs'
import { Ago } from '#components/ui/time'
import { plural } from '#core/words/format'
import { useCanvas, useCanvasState } from '../canvas-context'
import { groupVersions, type VersionGroup } from './group-versions.ts'

/** Versions and runs of the workflow, newest first; each opens on the canvas. */
export function HistoryPanel({ onClose }: { onClose(): void }) {
  return (
    <aside className="inspector" aria-label="History">
      <header className="row">
        <h2 className="semi text-[14px]">History</h2>
        <span className="push">
          <IconButton quiet size="sm" label="Close history" onClick={onClose}>
            <X className="i s" aria-hidden />
          </IconButton>
        </span>
      </header>
      <Tabs
        label="History"
        tabs={[
          { value: 'versions', label: 'Versions', content: <Versions /> },
          { value: 'runs', label: 'Runs', content: <Runs /> },
        ]}
      />
    </aside>
  )
}

function Versions() {
  const { workflowId } = useCanvas()
  const trpc = useTRPC()
  const version = useCanvasState((state) => state.version)
  const { data, error, refetch } = useQuery(
    trpc.workflows.versions.queryOptions({ id: workflowId, cursor: null }, { refetchInterval: 5_000 }),
  )
  if (error) return <Failure title="No history" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={8} height={36} />
  return (
    <ul className="history">
      {groupVersions(data.versions).map((group) => (
        <Group key={group.newest.number} group={group} current={version} workflowId={workflowId} />
      ))}
    </ul>
  )
}

function Group({ group, current, workflowId }: { group: VersionGroup; current: number; workflowId: string }) {
  const [isOpen, setOpen] = useState(false)
  const { newest, versions } = group
  const shown = isOpen ? versions : [newest]
  return (
    <li>
      {shown.map((version) => (
        <Link
          key={version.number}
          className="line"
          href={version.number === current ? `/workflows/${workflowId}` : `/workflows/${workflowId}?version=${version.number}`}
        >
          <span className="row">
            <span className="badge">v{version.number}</span>
            {version.number === current ? <span className="sm good">now</span> : null}
            <span className="push sm t3">
              {version.authorName ?? 'Stageline'}, <Ago at={version.createdAt} />
            </span>
          </span>
          <span className="sm t2">{version.summary}</span>
        </Link>
      ))}
      {versions.length > 1 ? (
        <button type="button" className="link sm row tight" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? <ChevronDown className="i s" aria-hidden /> : <ChevronRight className="i s" aria-hidden />}
          {isOpen ? 'Show fewer' : `${plural(versions.length - 1, 'more save')} within the minute`}
        </button>
      ) : null}
    </li>
  )
}

function Runs() {
  const { workflowId } = useCanvas()
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(trpc.runs.list.queryOptions({ workflowId, limit: 100 }, { refetchInterval: 5_000 }))
  if (error) return <Failure title="No runs" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={8} height={36} />
  if (data.runs.length === 0) return <p className="sm t3 p-3">This workflow has not run yet.</p>
  return (
    <ul className="history">
      {data.runs.map((run) => (
        <li key={run.id}>
          <Link className="line" href={`/workflows/${workflowId}?run=${run.id}`}>
            <span className="row">
              <StatusIcon status={run.status} />
              <span className="med">Run {run.number}</span>
              <span className="sm t3">
                {statusWord(run.status)}, v{run.version.number}
              </span>
              <span className="push sm t3">
                <Ago at={run.createdAt} />
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

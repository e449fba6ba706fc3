'use client'

import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { TablePreview } from '#components/canvas/dock/table-preview'
import { ReportView } from '#components/charts/report-view'
import { Page, PageHead } from '#components/shell/page'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Select } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { StatusBadge } from '#components/ui/status'
import { Tabs } from '#components/ui/tabs'
import { Ago } from '#components/ui/time'
import { emptyPlan } from '#core/ports/plan'
import { formatBytes, formatDateTime, formatNumber, plural } from '#core/words/format'
import { ColumnProfiles } from './column-profiles'
import { DataSetMenu } from './data-set-menu'
import { DropZone, UploadButton } from './drop-zone'
import { useUploads } from './use-uploads.ts'

/** One data set: what its versions hold, how they were read, and who uses it. */
export function DataSetPage({ id }: { id: string }) {
  const trpc = useTRPC()
  const { uploads, upload } = useUploads(id)
  const [chosen, setChosen] = useState<number | null>(null)
  const set = useQuery(
    trpc.dataSets.get.queryOptions(
      { id },
      { refetchInterval: (query) => (query.state.data?.versions.some(({ status }) => status === 'loading') ? 1_000 : 30_000) },
    ),
  )
  const version = set.data?.versions.find(({ number }) => number === chosen) ?? set.data?.versions[0]
  return (
    <Page
      crumbs={[{ label: 'Data', href: '/data' }, { label: set.data?.name ?? 'Data set' }]}
      actions={<UploadButton onFiles={upload}>Upload a new version</UploadButton>}
    >
      {set.isPending ? <SkeletonRows rows={8} /> : null}
      {set.isError ? <Failure title="The data set did not load" error={set.error} onRetry={() => set.refetch()} /> : null}
      {set.data && version ? (
        <DropZone uploads={uploads} onFiles={upload}>
          <PageHead
            title={set.data.name}
            badges={
              version.status === 'ready' ? null : (
                <StatusBadge status={version.status === 'failed' ? 'failed' : 'running'}>
                  {version.status === 'failed' ? 'cannot be read' : 'reading'}
                </StatusBadge>
              )
            }
            note={
              <>
                {version.rows === null
                  ? formatBytes(version.sourceBytes)
                  : `${plural(version.rows, 'row')}, ${plural(version.columns?.length ?? 0, 'column')}, ${formatBytes(version.sourceBytes)}`}
                , uploaded <Ago at={version.createdAt} />
              </>
            }
          >
            <Select
              inline
              aria-label="Version"
              value={String(version.number)}
              options={set.data.versions.map(({ number, createdAt }) => ({
                value: String(number),
                label: `version ${number}, ${formatDateTime(createdAt)}`,
              }))}
              onChange={(event) => setChosen(Number(event.target.value))}
            />
            <a className="btn" href={`/api/artifacts/${version.source}?name=${encodeURIComponent(version.fileName)}`}>
              <Download className="i s" aria-hidden /> Original
            </a>
            {version.artifact ? (
              <a className="btn" href={`/api/artifacts/${version.artifact}?name=${encodeURIComponent(set.data.name)}.parquet`}>
                <Download className="i s" aria-hidden /> Parquet
              </a>
            ) : null}
            <DataSetMenu id={id} name={set.data.name} usedBy={set.data.usedBy} />
          </PageHead>
          {version.error ? (
            <p className="banner mb-3" data-st="failed" role="alert">
              {version.error}
            </p>
          ) : null}
          {version.status === 'loading' ? <SkeletonRows rows={8} /> : null}
          {version.artifact && version.stats ? (
            <Card bodyClassName="p-0 min-h-96">
              <Tabs
                label="Data set"
                tabs={[
                  {
                    value: 'profile',
                    label: 'Columns',
                    count: version.columns?.length ?? 0,
                    content: <ColumnProfiles stats={version.stats} />,
                  },
                  {
                    value: 'rows',
                    label: 'Rows',
                    content: (
                      <TablePreview
                        value={{
                          kind: 'table',
                          artifact: version.artifact,
                          stats: version.stats,
                          rows: version.rows ?? 0,
                          bytes: 0,
                          columns: version.columns ?? [],
                          plan: emptyPlan,
                        }}
                      />
                    ),
                  },
                  {
                    value: 'load',
                    label: 'Load report',
                    content: (
                      <div className="p-3">
                        {version.report ? (
                          <ReportView report={version.report} />
                        ) : (
                          <Empty title="No load report">The file was Parquet already.</Empty>
                        )}
                      </div>
                    ),
                  },
                  { value: 'used', label: 'Used by', count: set.data.usedBy.length, content: <UsedBy workflows={set.data.usedBy} /> },
                ]}
              />
            </Card>
          ) : null}
        </DropZone>
      ) : null}
    </Page>
  )
}

function UsedBy({ workflows }: { workflows: readonly { id: string; name: string }[] }) {
  if (workflows.length === 0) {
    return (
      <Empty
        title="No workflow reads it"
        action={
          <Link className="btn" href="/workflows">
            Open the workflows
          </Link>
        }
      >
        Put a File stage on a canvas and pick this data set.
      </Empty>
    )
  }
  return (
    <table>
      <thead>
        <tr>
          <th>
            {formatNumber(workflows.length)} {workflows.length === 1 ? 'workflow' : 'workflows'}
          </th>
        </tr>
      </thead>
      <tbody>
        {workflows.map((workflow) => (
          <tr key={workflow.id}>
            <td>
              <Link href={`/workflows/${workflow.id}`}>{workflow.name}</Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

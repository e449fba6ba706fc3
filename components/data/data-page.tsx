'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { StatusBadge } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import { formatBytes, formatNumber, plural } from '#core/words/format'
import { DropZone, UploadButton } from './drop-zone'
import { useUploads } from './use-uploads.ts'

/** Every uploaded data set, and the way to bring another. */
export function DataPage() {
  const trpc = useTRPC()
  const { uploads, upload } = useUploads()
  const sets = useQuery(
    trpc.dataSets.list.queryOptions(undefined, {
      // While a worker reads a file the page looks often; then hardly.
      refetchInterval: (query) => (query.state.data?.some(({ newest }) => newest.status === 'loading') ? 1_000 : 30_000),
    }),
  )
  return (
    <Page crumbs={[{ label: 'Data' }]} actions={<UploadButton onFiles={upload}>Upload a file</UploadButton>}>
      <PageHead title="Data" note={sets.data ? plural(sets.data.length, 'data set') : undefined} />
      <DropZone uploads={uploads} onFiles={upload}>
        <Card bodyClassName="p-0 scroll-x">
          {sets.isPending ? <SkeletonRows rows={4} /> : null}
          {sets.isError ? <Failure title="The data sets did not load" error={sets.error} onRetry={() => sets.refetch()} /> : null}
          {sets.data?.length === 0 ? (
            <Empty
              title="No data set yet"
              action={
                <UploadButton kind="default" onFiles={upload}>
                  Choose a file
                </UploadButton>
              }
            >
              Drop a CSV, TSV, JSON lines or Parquet file here. Each upload is kept as an immutable version.
            </Empty>
          ) : null}
          {sets.data && sets.data.length > 0 ? (
            <table>
              <thead>
                <tr>
                  <th>name</th>
                  <th className="num">rows</th>
                  <th className="num">columns</th>
                  <th className="num">size</th>
                  <th>version</th>
                  <th>owner</th>
                  <th>uploaded</th>
                </tr>
              </thead>
              <tbody>
                {sets.data.map(({ id, name, owner, newest }) => (
                  <tr key={id}>
                    <td className="h-10!">
                      <span className="row">
                        <Link className="med" href={`/data/${id}`}>
                          {name}
                        </Link>
                        {newest.status === 'loading' ? <StatusBadge status="running">reading</StatusBadge> : null}
                        {newest.status === 'failed' ? <StatusBadge status="failed">cannot be read</StatusBadge> : null}
                      </span>
                    </td>
                    <td className="num">{newest.rows === null ? '–' : formatNumber(newest.rows)}</td>
                    <td className="num">{newest.columns?.length ?? '–'}</td>
                    <td className="num t2">{formatBytes(newest.sourceBytes)}</td>
                    <td className="t2">v{newest.number}</td>
                    <td className="t2">{owner ?? 'command line'}</td>
                    <td className="t3">
                      <Ago at={newest.createdAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : null}
        </Card>
      </DropZone>
    </Page>
  )
}

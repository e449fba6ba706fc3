'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { TextInput } from '#components/ui/field'
import { Ago } from '#components/ui/time'
import { SettingsPage } from './settings-page'

/** Every change: who, what, when, why; before and after on demand. */
export function AuditPage() {
  const trpc = useTRPC()
  const [search, setSearch] = useState('')
  const deferred = useDeferredValue(search)
  const log = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(deferred ? { search: deferred } : {}, {
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: (before) => before,
    }),
  )
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <SettingsPage title="Audit log" note="written with every change, never edited">
      <div className="row mb-3">
        <TextInput
          className="max-w-80"
          type="search"
          aria-label="Search the audit log"
          placeholder="Person, action or id"
          icon={<Search className="i s" aria-hidden />}
          value={search}
          onChange={(e) => setSearch(e.target.value)}
        />
      </div>
      <Card bodyClassName="p-0 scroll-x">
        {log.isPending ? <SkeletonRows /> : null}
        {log.isError ? <Failure title="The audit log did not load" error={log.error} onRetry={() => log.refetch()} /> : null}
        {log.isSuccess && entries.length === 0 ? (
          <Empty title="No entry has these words">Search for a person, an action such as release.rollback, or an id.</Empty>
        ) : null}
        {entries.length > 0 ? (
          <table>
            <thead>
              <tr>
                <th>when</th>
                <th>who</th>
                <th>role</th>
                <th>action</th>
                <th>object</th>
                <th>change</th>
                <th>reason</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id}>
                  <td className="t3">
                    <Ago at={entry.at} />
                  </td>
                  <td className="med">{entry.actorName}</td>
                  <td className="t2">{entry.role}</td>
                  <td className="mono">{entry.action}</td>
                  <td className="mono t2" title={entry.objectId}>
                    {entry.object} {entry.objectId.slice(0, 8)}
                  </td>
                  <td className="mono t2 max-w-96 truncate" title={changeWords(entry.before, entry.after)}>
                    {changeWords(entry.before, entry.after)}
                  </td>
                  <td className="t2">{entry.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </Card>
      {log.hasNextPage ? (
        <div className="row mt-3 justify-center">
          <Button busy={log.isFetchingNextPage} onClick={() => log.fetchNextPage()}>
            Show older entries
          </Button>
        </div>
      ) : null}
    </SettingsPage>
  )
}

function changeWords(before: unknown, after: unknown): string {
  if (before && after) return `${JSON.stringify(before)} → ${JSON.stringify(after)}`
  return after ? JSON.stringify(after) : before ? JSON.stringify(before) : ''
}

'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import type { inferRouterOutputs } from '@trpc/server'
import { Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { TextInput } from '#components/ui/field'
import { Ago } from '#components/ui/time'
import type { AppRouter } from '#server/api/root'
import { changeWords, objectWords } from './audit-words.ts'
import { SettingsPage } from './settings-page'

type AuditEntry = inferRouterOutputs<AppRouter>['audit']['list']['entries'][number]

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
      <Card scrolls="Audit log">
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
                <th>action</th>
                <th>object</th>
                <th>change</th>
                <th>reason</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Entry key={entry.id} entry={entry} />
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

function Entry({ entry }: { entry: AuditEntry }) {
  return (
    <tr className="align-top [&>td]:py-1">
      <td className="t3">
        <Ago at={entry.at} />
      </td>
      <td>
        <span className="med">{entry.actorName}</span> <span className="sm t3">{entry.role}</span>
      </td>
      <td className="mono">{entry.action}</td>
      <td>
        {entry.object}{' '}
        <span className="mono t2" title={entry.objectId}>
          {objectWords(entry.objectId)}
        </span>
      </td>
      <td className="t2 whitespace-normal! min-w-72">
        <Change before={entry.before} after={entry.after} />
      </td>
      <td className="t2 whitespace-normal! min-w-40">{entry.reason}</td>
    </tr>
  )
}

/** What changed in words; opened, the whole of it as it was written. */
function Change({ before, after }: { before: unknown; after: unknown }) {
  const words = changeWords(before, after)
  if (words === '') return null
  return (
    <details>
      <summary className="cursor-pointer">{words}</summary>
      <pre className="code mt-1 mb-2">{JSON.stringify(before === null ? after : { before, after }, null, 2)}</pre>
    </details>
  )
}

'use client'

import { useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { Ago } from '#components/ui/time'
import { plural } from '#core/words/format'
import type { ModelView } from '#server/registry/views'
import { AliasBadge } from './alias-badge'
import { CompareVersions } from './compare-versions'
import { VersionsTable } from './versions-table'

/** One model: its versions, two of them side by side, and every move of its aliases. */
export function ModelPage({ name }: { name: string }) {
  const trpc = useTRPC()
  const model = useQuery(trpc.models.get.queryOptions({ name }))
  const newest = model.data?.versions[0]
  return (
    <Page
      crumbs={[{ label: 'Models', href: '/models' }, { label: name }]}
      actions={
        newest ? (
          <Link className="btn primary" href={`/models/${name}/${newest.number}`}>
            Open v{newest.number} <ArrowRight className="i s" aria-hidden />
          </Link>
        ) : null
      }
    >
      <PageHead
        title={name}
        badges={currentAliases(model.data).map(({ alias, number }) => <AliasBadge key={alias} alias={alias} number={number} />)}
        note={
          model.data ? (
            <>
              {plural(model.data.versions.length, 'version')} since <Ago at={model.data.createdAt} />
            </>
          ) : undefined
        }
      />
      {model.isError ? <Failure title="The model did not load" error={model.error} onRetry={() => model.refetch()} /> : null}
      {model.isPending ? <SkeletonRows rows={6} /> : null}
      {model.data ? (
        <div className="col gap-3">
          <VersionsTable name={name} versions={model.data.versions} />
          {model.data.versions.length > 1 ? <CompareVersions name={name} versions={model.data.versions} /> : null}
          <AliasHistory history={model.data.history} />
        </div>
      ) : null}
    </Page>
  )
}

function currentAliases(model: ModelView | undefined): { alias: string; number: number }[] {
  return (model?.versions ?? []).flatMap(({ aliases, number }) => aliases.map((alias) => ({ alias, number })))
}

function AliasHistory({ history }: { history: ModelView['history'] }) {
  return (
    <Card title="Alias history" note="only grows; newest first" scrolls="Alias history">
      {history.length === 0 ? (
        <Empty title="No alias yet">Champion is the version to rely on; set it on the page of a version.</Empty>
      ) : (
        <table>
          <thead>
            <tr>
              <th>when</th>
              <th>alias</th>
              <th>moved to</th>
              <th>by</th>
              <th>reason</th>
            </tr>
          </thead>
          <tbody>
            {history.map((move) => (
              <tr key={move.id}>
                <td className="t3">
                  <Ago at={move.at} />
                </td>
                <td>
                  <AliasBadge alias={move.alias} />
                </td>
                <td>{move.number === null ? <span className="t3">taken away</span> : `v${move.number}`}</td>
                <td className="t2">{move.by ?? 'Stageline'}</td>
                <td className="t2">{move.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}

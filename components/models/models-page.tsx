'use client'

import { useQuery } from '@tanstack/react-query'
import { Search, Workflow } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { TextInput } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { Ago } from '#components/ui/time'
import { plural } from '#core/words/format'
import type { ModelLine } from '#server/registry/views'
import { AliasBadge } from './alias-badge'
import { mainMetrics, metricText } from './metric-words.ts'

/** Every model: its champion, its newest version and how good that is, and where it is live. */
export function ModelsPage() {
  const trpc = useTRPC()
  const [search, setSearch] = useState('')
  const deferred = useDeferredValue(search)
  const models = useQuery(trpc.models.list.queryOptions({ search: deferred }, { placeholderData: (before) => before }))
  const isEmpty = models.isSuccess && models.data.length === 0
  return (
    <Page
      crumbs={[{ label: 'Models' }]}
      actions={
        <Link className="btn primary" href="/workflows">
          <Workflow className="i s" aria-hidden /> Train a model
        </Link>
      }
    >
      <PageHead title="Models" note={models.data ? plural(models.data.length, 'model') : undefined}>
        <TextInput
          className="w-64"
          type="search"
          aria-label="Search models"
          placeholder="Name of a model"
          icon={<Search className="i s" aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </PageHead>
      <Card scrolls="Models">
        {models.isPending ? <SkeletonRows rows={4} /> : null}
        {models.isError ? <Failure title="The models did not load" error={models.error} onRetry={() => models.refetch()} /> : null}
        {isEmpty && deferred === '' ? (
          <Empty
            title="No model yet"
            action={
              <Link className="btn" href="/workflows">
                Open a workflow
              </Link>
            }
          >
            A workflow with a Register stage puts its model here. The e-mail triage sample has one.
          </Empty>
        ) : null}
        {isEmpty && deferred !== '' ? <Empty title={`No model is called "${deferred}"`}>Search for a part of its name.</Empty> : null}
        {models.data && models.data.length > 0 ? <ModelsTable models={models.data} /> : null}
      </Card>
    </Page>
  )
}

const deploymentsShown = 2

function ModelsTable({ models }: { models: readonly ModelLine[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>model</th>
          <th>aliases</th>
          <th>newest</th>
          <th>quality of the newest</th>
          <th>live in</th>
          <th>registered</th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <tr key={model.name}>
            <td className="h-10!">
              <Link className="med" href={`/models/${model.name}`}>
                {model.name}
              </Link>
              <span className="sm t3 ml-2">{plural(model.versions, 'version')}</span>
            </td>
            <td>
              <span className="row tight">
                {model.aliases.map(({ alias, number }) => (
                  <AliasBadge key={alias} alias={alias} number={number} />
                ))}
              </span>
            </td>
            <td>
              <Link href={`/models/${model.name}/${model.latest.number}`}>v{model.latest.number}</Link>
            </td>
            <td className="t2">
              {mainMetrics(model.latest.metrics)
                .map((figure) => `${figure.name} ${metricText(figure)}`)
                .join(' · ') || 'not evaluated'}
            </td>
            <td>
              {model.served.length === 0 ? <span className="t3">nowhere</span> : null}
              {model.served.slice(0, deploymentsShown).map(({ deployment, number, weight }) => (
                <Link key={`${deployment} ${number}`} className="mr-2" href={`/deployments/${deployment}`}>
                  {deployment} <span className="sm t3">{`v${number}${weight < 100 ? `, ${weight} %` : ''}`}</span>
                </Link>
              ))}
              {model.served.length > deploymentsShown ? (
                <span className="sm t3">and {model.served.length - deploymentsShown} more</span>
              ) : null}
            </td>
            <td className="t3">
              <Ago at={model.latest.createdAt} />
              {model.latest.by ? ` by ${model.latest.by}` : ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

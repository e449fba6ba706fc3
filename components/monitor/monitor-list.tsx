'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { Sparkline } from '#components/charts/sparkline'
import { Page, PageHead } from '#components/shell/page'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { ScrollX } from '#components/ui/scroll-x'
import { StatusIcon } from '#components/ui/status'
import type { MonitorOverview } from '#core/monitor/views'
import { formatShare, plural } from '#core/words/format'
import { msWords, rateWords } from './figure-words.ts'

/** All deployments over the last hour: which are well? */
export function MonitorList() {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(trpc.monitor.overview.queryOptions(undefined, { refetchInterval: 5_000 }))
  const alerts = data?.reduce((sum, one) => sum + one.openAlerts, 0) ?? 0
  return (
    <Page crumbs={[{ label: 'Monitor' }]}>
      <PageHead
        title="Monitor"
        note={
          data
            ? `${plural(data.length, 'deployment')}, ${alerts === 0 ? 'no open alerts' : plural(alerts, 'open alert')}, last hour`
            : undefined
        }
      />
      {data === undefined ? (
        error ? (
          <Failure title="The deployments did not load" error={error} onRetry={() => refetch()} />
        ) : (
          <Card>
            <SkeletonRows rows={4} />
          </Card>
        )
      ) : data.length === 0 ? (
        <Empty
          title="Nothing is deployed yet"
          action={
            <Link className="btn primary" href="/models">
              Choose a model to deploy
            </Link>
          }
        >
          Deploy a model version, and its requests, confidence and drift are watched here.
        </Empty>
      ) : (
        <DeploymentTable deployments={data} />
      )}
    </Page>
  )
}

function DeploymentTable({ deployments }: { deployments: MonitorOverview }) {
  return (
    <section className="card">
      <ScrollX label="Deployments">
        <table>
          <thead>
            <tr>
              <th scope="col">deployment</th>
              <th scope="col">state</th>
              <th scope="col">serves</th>
              <th scope="col">requests, last hour</th>
              <th scope="col" className="num">
                rate
              </th>
              <th scope="col" className="num">
                errors
              </th>
              <th scope="col" className="num">
                p99
              </th>
              <th scope="col" className="num">
                mean confidence
              </th>
              <th scope="col" className="num">
                drifted
              </th>
            </tr>
          </thead>
          <tbody>
            {deployments.map((one) => (
              <DeploymentRow key={one.id} one={one} />
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  )
}

function DeploymentRow({ one }: { one: MonitorOverview[number] }) {
  const { summary, drift } = one
  const rate = rateWords(summary.requests, 3_600_000)
  return (
    <tr>
      <td>
        <Link className="semi" href={`/monitor/${encodeURIComponent(one.name)}`}>
          {one.name}
        </Link>
      </td>
      <td>
        <Health one={one} />
      </td>
      <td className="t2">
        {one.model} {one.versions.map((version) => `v${version.number}${one.versions.length > 1 ? ` ${version.weight} %` : ''}`).join(', ')}
      </td>
      <td>
        <Sparkline values={one.requestsPerMinute} width={120} />
      </td>
      <td className="num">
        {rate.value} <span className="t3">{rate.unit}</span>
      </td>
      <td className="num">{summary.errorRate === null ? '–' : formatShare(summary.errorRate, 2)}</td>
      <td className="num">{summary.latencyP99 === null ? '–' : `${msWords(summary.latencyP99)} ms`}</td>
      <td className="num">
        {one.task === 'regression' ? <span className="t3">answers numbers</span> : (summary.meanConfidence?.toFixed(3) ?? '–')}
      </td>
      <td className="num">{drift.judged === 0 ? <span className="t3">not enough data</span> : `${drift.drifted} of ${drift.judged}`}</td>
    </tr>
  )
}

function Health({ one }: { one: MonitorOverview[number] }) {
  const [status, word] =
    one.openAlerts > 0
      ? (['failed', plural(one.openAlerts, 'open alert')] as const)
      : one.summary.requests === 0
        ? (['queued', 'no traffic'] as const)
        : one.drift.drifted > 0
          ? (['waiting', 'drift'] as const)
          : (['done', 'well'] as const)
  return (
    <span className="row tight">
      <StatusIcon status={status} label="state" />
      {word}
    </span>
  )
}

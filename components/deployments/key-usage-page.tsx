'use client'

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Fragment, type ReactNode, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { FigureTile } from '#components/charts/figure-tile'
import { StackedDays } from '#components/charts/stacked-days'
import { Page, PageHead } from '#components/shell/page'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { Segmented } from '#components/ui/segmented'
import { Ago, useNow, When } from '#components/ui/time'
import { actionsWords, limitWords } from '#core/keys/key-limits'
import { keyStatus } from '#core/keys/key-status'
import type { KeyUsageView, KeyView } from '#core/keys/key-views'
import { formatNumber, formatShare, plural } from '#core/words/format'
import { KeyActions } from './key-actions'
import { KeyStatusBadge } from './key-status-badge'
import { type PreparedKeyUsage, prepareKeyUsage } from './prepare-key-usage.ts'

const refreshMs = 10_000
const ranges = [
  { value: '7', label: '7 d' },
  { value: '30', label: '30 d' },
  { value: '90', label: '90 d' },
] as const

/** What one key asked for: by day and by deployment, and what it may. */
export function KeyUsagePage({ id }: { id: string }) {
  const trpc = useTRPC()
  const cache = useQueryClient()
  const now = new Date(useNow())
  const [days, setDays] = useState<'7' | '30' | '90'>('30')
  const usage = useQuery(
    trpc.keys.usage.queryOptions({ id, days: Number(days) }, { refetchInterval: refreshMs, placeholderData: keepPreviousData }),
  )
  const refresh = () => void cache.invalidateQueries({ queryKey: trpc.keys.pathKey() })
  const key = usage.data?.key
  return (
    <Page
      crumbs={[
        { label: 'Settings', href: '/settings/users' },
        { label: 'API keys', href: '/settings/keys' },
        { label: key?.name ?? 'Key' },
      ]}
    >
      {usage.isPending ? <SkeletonRows rows={6} /> : null}
      {usage.isError ? (
        <Failure title="The key did not load" error={usage.error} onRetry={() => usage.refetch()}>
          <Link className="btn" href="/settings/keys">
            All keys
          </Link>
        </Failure>
      ) : null}
      {usage.data && key ? (
        <>
          <PageHead title={key.name} note={`${key.prefix}…`} badges={<KeyStatusBadge status={keyStatus(key, now)} />}>
            <KeyActions shown={key} now={now} onChanged={refresh} />
          </PageHead>
          <div className="col gap-3!">
            <Figures view={usage.data} days={days} onDays={setDays} />
            <Facts shown={key} />
          </div>
        </>
      ) : null}
    </Page>
  )
}

function Figures({ view, days, onDays }: { view: KeyUsageView; days: '7' | '30' | '90'; onDays(days: '7' | '30' | '90'): void }) {
  const { total, chart, deployments } = prepareKeyUsage(view)
  const share = (part: number) => (total.requests === 0 ? 'of no requests' : `${formatShare(part / total.requests)} of the requests`)
  return (
    <>
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))' }}>
        <FigureTile label="Answered" value={formatNumber(total.answered)} sub={share(total.answered)} />
        <FigureTile label="Limited" value={formatNumber(total.limited)} sub={share(total.limited)} />
        <FigureTile label="Failed" value={formatNumber(total.failed)} sub={share(total.failed)} />
        <FigureTile label="Rows answered" value={formatNumber(total.rows)} sub={`in ${plural(Number(days), 'day')}`} />
        <FigureTile label="Rows today" value={formatNumber(view.rowsToday)} sub={quotaWords(view)} />
      </div>
      <Card title="Requests by day" note="UTC" end={<Segmented label="Range" value={days} options={ranges} onChange={onDays} />}>
        {total.requests === 0 ? (
          <Empty
            title={`No request in ${plural(Number(days), 'day')}`}
            action={
              <Link className="btn" href="/deployments">
                Open the deployments
              </Link>
            }
          >
            Send the key with a request as “Authorization: Bearer {view.key.prefix}…”. Each deployment has a call to copy under “Use it”.
            What is asked shows here within seconds.
          </Empty>
        ) : (
          <StackedDays
            input={chart}
            label={`${plural(total.requests, 'request')} in ${plural(Number(days), 'day')}: ${formatNumber(total.answered)} answered, ${formatNumber(total.limited)} limited, ${formatNumber(total.failed)} failed`}
            empty="No request in these days."
          />
        )}
      </Card>
      {deployments.length > 0 ? <ByDeployment deployments={deployments} /> : null}
    </>
  )
}

function quotaWords({ key, rowsToday }: KeyUsageView): string {
  if (key.rowsPerDay === null) return 'no limit'
  return `${formatShare(rowsToday / key.rowsPerDay)} of ${formatNumber(key.rowsPerDay)}`
}

function ByDeployment({ deployments }: Pick<PreparedKeyUsage, 'deployments'>) {
  return (
    <Card title="By deployment" scrolls="Requests by deployment">
      <table>
        <thead>
          <tr>
            <th>deployment</th>
            <th className="num">requests</th>
            <th className="num">answered</th>
            <th className="num">limited</th>
            <th className="num">failed</th>
            <th className="num">rows</th>
          </tr>
        </thead>
        <tbody>
          {deployments.map(({ deployment, requests, answered, limited, failed, rows }) => (
            <tr key={deployment}>
              <td className="med">
                <Link className="underline" href={`/deployments/${encodeURIComponent(deployment)}`}>
                  {deployment}
                </Link>
              </td>
              {[requests, answered, limited, failed, rows].map((value, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
                <td key={i} className="num">
                  {formatNumber(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function Facts({ shown }: { shown: KeyView }) {
  return (
    <Card title="What it may">
      <dl className="settings-facts">
        {factsOf(shown).map(([term, value]) => (
          <Fragment key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Card>
  )
}

function factsOf(shown: KeyView): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [
    ['May call', shown.deployments?.join(', ') ?? 'all deployments, those to come included'],
    ['May do', shown.actions ? actionsWords(shown.actions) : 'everything'],
    ['Limits', limitWords(shown)],
    ['Expires', shown.expiresAt ? <When key="expires" at={shown.expiresAt} /> : 'never'],
    ['Last used', shown.lastUsedAt ? <Ago key="used" at={shown.lastUsedAt} /> : 'never'],
    [
      'Made',
      <span key="made">
        <Ago at={shown.createdAt} /> by {shown.createdBy ?? 'a former user'}
      </span>,
    ],
  ]
  if (shown.replacedBy) {
    facts.push([
      'Replaced by',
      <Link key="next" className="underline mono" href={`/settings/keys/${shown.replacedBy}`}>
        {shown.replacedByPrefix}…
      </Link>,
    ])
  }
  if (shown.revokedAt) facts.push(['Revoked', <Ago key="revoked" at={shown.revokedAt} />])
  return facts
}

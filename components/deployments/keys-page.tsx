'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { SettingsPage } from '#components/settings/settings-page'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { StatusIcon } from '#components/ui/status'
import { Ago, useNow, When } from '#components/ui/time'
import { limitWords } from '#core/keys/key-limits'
import { isKeyInForce, keyStatus } from '#core/keys/key-status'
import type { KeyLine } from '#core/keys/key-views'
import { formatNumber } from '#core/words/format'
import { KeyActions } from './key-actions'
import { KeyStatusBadge } from './key-status-badge'
import { NewKeyDialog } from './new-key-dialog'

const refreshMs = 10_000

/** Keys of the programs that call the gateway: made, seen once, limited, rotated, revoked. */
export function KeysPage() {
  const trpc = useTRPC()
  const refusal = useRefusal('admin')
  const cache = useQueryClient()
  const [isMaking, setIsMaking] = useState(false)
  const keys = useQuery(trpc.keys.list.queryOptions(undefined, { refetchInterval: refreshMs }))
  const refresh = () => void cache.invalidateQueries({ queryKey: trpc.keys.list.queryKey() })
  const now = new Date(useNow())
  const make = (
    <Button kind="primary" icon={<Plus className="i s" aria-hidden />} refusal={refusal} onClick={() => setIsMaking(true)}>
      Make a key
    </Button>
  )
  return (
    <SettingsPage title="API keys" note="for programs that call the gateway; only a hash is kept" actions={make}>
      <Expiring keys={(keys.data ?? []).filter((key) => keyStatus(key, now) === 'expires soon')} />
      <Card scrolls="API keys">
        {keys.isPending ? <SkeletonRows rows={3} /> : null}
        {keys.isError ? <Failure title="The keys did not load" error={keys.error} onRetry={() => keys.refetch()} /> : null}
        {keys.data?.length === 0 ? (
          <Empty title="No key yet" action={make}>
            A program sends its key with every request; without one the gateway answers 401.
          </Empty>
        ) : null}
        {keys.data && keys.data.length > 0 ? (
          <table>
            <thead>
              <tr>
                <th>name</th>
                <th>key</th>
                <th>state</th>
                <th>may call</th>
                <th>may do</th>
                <th>limits</th>
                <th>expires</th>
                <th>last used</th>
                <th className="num">requests, 30 d</th>
                <th>made</th>
                <th>
                  <span className="sr">actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.map((key) => (
                <KeyRow key={key.id} shown={key} now={now} onChanged={refresh} />
              ))}
            </tbody>
          </table>
        ) : null}
      </Card>
      {isMaking ? <NewKeyDialog onClose={() => setIsMaking(false)} onMade={refresh} /> : null}
    </SettingsPage>
  )
}

function KeyRow({ shown, now, onChanged }: { shown: KeyLine; now: Date; onChanged(): void }) {
  const works = isKeyInForce(shown, now)
  return (
    <tr>
      <td className={works ? 'med' : 't3'}>
        <Link className="underline" href={`/settings/keys/${shown.id}`}>
          {shown.name}
        </Link>
      </td>
      <td className="mono t2">{shown.prefix}…</td>
      <td>
        <span className="row">
          <KeyStatusBadge status={keyStatus(shown, now)} />
          {shown.replacedByPrefix ? <span className="t3 nowrap">by {shown.replacedByPrefix}…</span> : null}
          {shown.revokedAt ? (
            <span className="t3">
              <Ago at={shown.revokedAt} />
            </span>
          ) : null}
        </span>
      </td>
      <td className="t2">{shown.deployments?.join(', ') ?? 'all deployments'}</td>
      <td className="t2">{shown.actions?.join(', ') ?? 'everything'}</td>
      <td className="t2">{limitWords(shown)}</td>
      <td className="t2">{shown.expiresAt ? <When at={shown.expiresAt} /> : 'never'}</td>
      <td className="t2">{shown.lastUsedAt ? <Ago at={shown.lastUsedAt} /> : 'never'}</td>
      <td className="num">{formatNumber(shown.month.requests)}</td>
      <td className="t3">
        <Ago at={shown.createdAt} /> by {shown.createdBy ?? 'a former user'}
      </td>
      <td>
        <span className="row justify-end">
          <KeyActions shown={shown} now={now} onChanged={onChanged} />
        </span>
      </td>
    </tr>
  )
}

/** Keys that end before long, while there is time to change over. */
function Expiring({ keys }: { keys: readonly KeyLine[] }) {
  if (keys.length === 0) return null
  return (
    <div className="banner mb-3" data-st="waiting" role="status">
      <StatusIcon status="waiting" label={null} />
      <span>
        {keys.map(({ id, name, expiresAt }, i) => (
          <span key={id}>
            {i > 0 ? ', ' : ''}
            <Link className="underline" href={`/settings/keys/${id}`}>
              {name}
            </Link>{' '}
            expires {expiresAt ? <When at={expiresAt} /> : null}
          </span>
        ))}
        . Rotate {keys.length === 1 ? 'it' : 'them'} in time: old and new work side by side for as long as you choose.
      </span>
    </div>
  )
}

'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { SettingsPage } from '#components/settings/settings-page'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Ago } from '#components/ui/time'
import { tell, tellError } from '#components/ui/toasts'
import { NewKeyDialog } from './new-key-dialog'

const refreshMs = 10_000

/** Keys of the programs that call the gateway: made, seen once, revoked. */
export function KeysPage() {
  const trpc = useTRPC()
  const refusal = useRefusal('admin')
  const cache = useQueryClient()
  const [isMaking, setIsMaking] = useState(false)
  const keys = useQuery(trpc.keys.list.queryOptions(undefined, { refetchInterval: refreshMs }))
  const refresh = () => cache.invalidateQueries({ queryKey: trpc.keys.list.queryKey() })
  const revoke = useMutation(
    trpc.keys.revoke.mutationOptions({
      onSuccess: ({ name }) => tell({ title: `${name} is revoked`, detail: 'Gateways refuse it within 2 s.' }),
      onError: (error) => tellError('Not revoked', error),
      onSettled: refresh,
    }),
  )
  const make = (
    <Button kind="primary" icon={<Plus className="i s" aria-hidden />} refusal={refusal} onClick={() => setIsMaking(true)}>
      Make a key
    </Button>
  )
  return (
    <SettingsPage title="API keys" note="for programs that call the gateway; only a hash is kept" actions={make}>
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
                <th>may call</th>
                <th>last used</th>
                <th>made</th>
                <th>
                  <span className="sr">actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.map((key) => (
                <tr key={key.id}>
                  <td className={key.revokedAt ? 't3' : 'med'}>{key.name}</td>
                  <td className="mono t2">{key.prefix}…</td>
                  <td className="t2">{key.deployments?.join(', ') ?? 'all deployments'}</td>
                  <td className="t2">{key.lastUsedAt ? <Ago at={key.lastUsedAt} /> : 'never'}</td>
                  <td className="t3">
                    <Ago at={key.createdAt} /> by {key.createdBy ?? 'a former user'}
                  </td>
                  <td>
                    <span className="row justify-end">
                      {key.revokedAt ? (
                        <span className="t3">
                          revoked <Ago at={key.revokedAt} />
                        </span>
                      ) : (
                        <Button
                          size="sm"
                          kind="danger-line"
                          refusal={refusal}
                          busy={revoke.isPending}
                          onClick={() => revoke.mutate({ id: key.id })}
                        >
                          Revoke
                        </Button>
                      )}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </Card>
      {isMaking ? <NewKeyDialog onClose={() => setIsMaking(false)} onMade={refresh} /> : null}
    </SettingsPage>
  )
}

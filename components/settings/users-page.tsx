'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useActor, useRefusal } from '#components/api/use-actor'
import { Avatar } from '#components/ui/avatar'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Select } from '#components/ui/field'
import { Ago } from '#components/ui/time'
import { tell, tellError } from '#components/ui/toasts'
import { type Role, roles } from '#core/people/roles'
import { plural } from '#core/words/format'
import { AddUserDialog } from './add-user-dialog'
import { NewPasswordDialog } from './new-password-dialog'
import { SettingsPage } from './settings-page'

/** What each role may do, as the page says it. */
export const roleWords: Record<Role, string> = {
  viewer: 'sees everything',
  analyst: 'builds, runs and registers',
  lead: 'deploys, promotes and rolls back',
  admin: 'manages users, keys and secrets',
}

/** Everybody, their role, and the doors. */
export function UsersPage() {
  const trpc = useTRPC()
  const actor = useActor()
  const refusal = useRefusal('admin')
  const cache = useQueryClient()
  const [adding, setAdding] = useState(false)
  const [passwordOf, setPasswordOf] = useState<{ id: string; name: string } | null>(null)
  const users = useQuery(trpc.people.list.queryOptions())
  const refresh = () => cache.invalidateQueries({ queryKey: trpc.people.list.queryKey() })
  const setRole = useMutation(
    trpc.people.setRole.mutationOptions({
      onSuccess: (user) => tell({ title: `${user.name} is ${user.role} now` }),
      onError: (error) => tellError('Role not changed', error),
      onSettled: refresh,
    }),
  )
  const setDisabled = useMutation(
    trpc.people.setDisabled.mutationOptions({ onError: (error) => tellError('Not changed', error), onSettled: refresh }),
  )

  return (
    <SettingsPage
      title="Users"
      note={users.data ? plural(users.data.length, 'person', 'people') : undefined}
      actions={
        <Button kind="primary" icon={<Plus className="i s" aria-hidden />} refusal={refusal} onClick={() => setAdding(true)}>
          Add a user
        </Button>
      }
    >
      <Card scrolls="Users">
        {users.isPending ? <SkeletonRows rows={3} /> : null}
        {users.isError ? <Failure title="The users did not load" error={users.error} onRetry={() => users.refetch()} /> : null}
        {users.data ? (
          <table>
            <thead>
              <tr>
                <th>name</th>
                <th>e-mail</th>
                <th>role</th>
                <th>may</th>
                <th>since</th>
                <th>
                  <span className="sr">actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {users.data.map((user) => (
                <tr key={user.id}>
                  <td className="h-10!">
                    <span className="row">
                      <Avatar name={user.name} small />
                      <span className="med">{user.name}</span>
                      {user.id === actor.id ? <span className="t3 sm">you</span> : null}
                      {user.disabledAt ? <span className="badge">disabled</span> : null}
                    </span>
                  </td>
                  <td className="t2">{user.email}</td>
                  <td>
                    <Select
                      inline
                      aria-label={`Role of ${user.name}`}
                      value={user.role}
                      disabled={Boolean(refusal) || setRole.isPending}
                      title={refusal ?? undefined}
                      options={roles.map((role) => ({ value: role, label: role }))}
                      onChange={(event) => {
                        const role = roles.find((each) => each === event.target.value)
                        if (role) setRole.mutate({ id: user.id, role })
                      }}
                    />
                  </td>
                  <td className="t2">{roleWords[user.role]}</td>
                  <td className="t3">
                    <Ago at={user.createdAt} />
                  </td>
                  <td>
                    <span className="row justify-end">
                      <Button size="sm" kind="quiet" refusal={refusal} onClick={() => setPasswordOf(user)}>
                        New password
                      </Button>
                      <Button
                        size="sm"
                        kind="quiet"
                        refusal={refusal ?? (user.id === actor.id ? 'You cannot lock yourself out; another admin can.' : null)}
                        onClick={() => setDisabled.mutate({ id: user.id, disabled: !user.disabledAt })}
                      >
                        {user.disabledAt ? 'Enable' : 'Disable'}
                      </Button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </Card>
      {adding ? <AddUserDialog onClose={() => setAdding(false)} onAdded={refresh} /> : null}
      {passwordOf ? <NewPasswordDialog user={passwordOf} onClose={() => setPasswordOf(null)} /> : null}
    </SettingsPage>
  )
}

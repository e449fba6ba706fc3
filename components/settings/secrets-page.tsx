'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Dialog } from '#components/ui/dialog'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { errorSentence, Failure } from '#components/ui/failure'
import { Field, TextInput } from '#components/ui/field'
import { Ago } from '#components/ui/time'
import { tell, tellError } from '#components/ui/toasts'
import { SettingsPage } from './settings-page'

/** Named values for stages: the key of a keyed hash, a password. Written once, never shown. */
export function SecretsPage() {
  const trpc = useTRPC()
  const refusal = useRefusal('admin')
  const cache = useQueryClient()
  const [adding, setAdding] = useState(false)
  const secrets = useQuery(trpc.secrets.list.queryOptions())
  const refresh = () => cache.invalidateQueries({ queryKey: trpc.secrets.list.queryKey() })
  const remove = useMutation(
    trpc.secrets.remove.mutationOptions({
      onSuccess: ({ name }) => tell({ title: `${name} is gone`, detail: 'Stages that name it fail with a sentence that says so.' }),
      onError: (error) => tellError('Not removed', error),
      onSettled: refresh,
    }),
  )
  const add = (
    <Button kind="primary" icon={<Plus className="i s" aria-hidden />} refusal={refusal} onClick={() => setAdding(true)}>
      Add a secret
    </Button>
  )
  return (
    <SettingsPage title="Secrets" note="encrypted with this installation's key, never shown again" actions={add}>
      <Card scrolls="Secrets">
        {secrets.isPending ? <SkeletonRows rows={2} /> : null}
        {secrets.isError ? <Failure title="The secrets did not load" error={secrets.error} onRetry={() => secrets.refetch()} /> : null}
        {secrets.data?.length === 0 ? (
          <Empty title="No secret yet">Anonymise with a keyed hash needs one. Stages name a secret; only the worker reads its value.</Empty>
        ) : null}
        {secrets.data && secrets.data.length > 0 ? (
          <table>
            <thead>
              <tr>
                <th>name</th>
                <th>written by</th>
                <th>written</th>
                <th>
                  <span className="sr">actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {secrets.data.map((secret) => (
                <tr key={secret.name}>
                  <td className="mono">{secret.name}</td>
                  <td className="t2">{secret.createdBy}</td>
                  <td className="t3">
                    <Ago at={secret.createdAt} />
                  </td>
                  <td>
                    <span className="row justify-end">
                      <Button
                        size="sm"
                        kind="danger-line"
                        refusal={refusal}
                        busy={remove.isPending}
                        onClick={() => remove.mutate({ name: secret.name })}
                      >
                        Remove
                      </Button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </Card>
      {adding ? <AddSecretDialog onClose={() => setAdding(false)} onAdded={refresh} /> : null}
    </SettingsPage>
  )
}

function AddSecretDialog({ onClose, onAdded }: { onClose(): void; onAdded(): void }) {
  const trpc = useTRPC()
  const [form, setForm] = useState({ name: '', value: '' })
  const set = useMutation(
    trpc.secrets.set.mutationOptions({
      onSuccess: ({ name }) => {
        tell({ title: `${name} is kept` })
        onAdded()
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!set.isPending) set.mutate(form)
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a secret"
      description="A name that exists already gets the new value."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="add-secret" busy={set.isPending}>
            Keep the secret
          </Button>
        </>
      }
    >
      <form id="add-secret" className="col gap-3!" onSubmit={submit}>
        <Field label="Name" help="For example pii-key">
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              required
              mono
              autoFocus
              autoComplete="off"
              value={form.name}
              aria-describedby={describedBy}
              onChange={(e) => setForm({ ...form, name: e.target.value })}
            />
          )}
        </Field>
        <Field label="Value" error={set.isError ? errorSentence(set.error) : null}>
          {({ id, describedBy, invalid }) => (
            <TextInput
              id={id}
              type="password"
              required
              autoComplete="off"
              value={form.value}
              aria-describedby={describedBy}
              invalid={invalid}
              onChange={(e) => setForm({ ...form, value: e.target.value })}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}

'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { CopyButton } from '#components/ui/copy'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, TextInput } from '#components/ui/field'

/** Makes a key and shows it, once. */
export function NewKeyDialog({ onClose, onMade }: { onClose(): void; onMade(): void }) {
  const trpc = useTRPC()
  const create = useMutation(trpc.keys.create.mutationOptions({ onSuccess: onMade }))
  const description = create.data ? 'Copy it now: it is not kept, and never shown again.' : 'Name it after the program that calls.'
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width={480}
      title={create.data ? `Key for ${create.data.name}` : 'Make a key'}
      description={description}
    >
      {create.data ? (
        <div className="col gap-3!">
          <div className="row">
            <code className="code grow" data-testid="new-key">
              {create.data.secret}
            </code>
            <CopyButton text={create.data.secret} label="Copy the key" />
          </div>
          <div className="row justify-end">
            <Button kind="primary" onClick={onClose}>
              I have copied it
            </Button>
          </div>
        </div>
      ) : (
        <KeyForm
          error={create.isError ? errorSentence(create.error) : null}
          isBusy={create.isPending}
          onClose={onClose}
          onSubmit={(input) => create.mutate(input)}
        />
      )}
    </Dialog>
  )
}

function KeyForm({
  error,
  isBusy,
  onClose,
  onSubmit,
}: {
  error: string | null
  isBusy: boolean
  onClose(): void
  onSubmit(input: { name: string; deployments: string[] | null }): void
}) {
  const trpc = useTRPC()
  const list = useQuery(trpc.deployments.list.queryOptions())
  const [name, setName] = useState('')
  const [scope, setScope] = useState<string[] | null>(null)
  const names = list.data?.deployments.map((deployment) => deployment.name) ?? []
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isBusy) onSubmit({ name, deployments: scope })
  }
  const toggle = (deployment: string) =>
    setScope((old) => (old?.includes(deployment) ? old.filter((each) => each !== deployment) : [...(old ?? []), deployment]))
  return (
    <form className="col gap-3!" onSubmit={submit}>
      <Field label="Name" help="For example helpdesk-prod" error={error}>
        {({ id, describedBy, invalid }) => (
          <TextInput
            id={id}
            required
            autoFocus
            maxLength={80}
            value={name}
            aria-describedby={describedBy}
            invalid={invalid}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <fieldset className="col gap-1!">
        <legend className="sm med t2 mb-1">May call</legend>
        <label className="row">
          <input type="radio" name="scope" checked={scope === null} onChange={() => setScope(null)} /> all deployments, those to come
          included
        </label>
        <label className="row">
          <input
            type="radio"
            name="scope"
            checked={scope !== null}
            disabled={names.length === 0}
            onChange={() => setScope(names.slice(0, 1))}
          />{' '}
          only these
        </label>
        {scope
          ? names.map((deployment) => (
              <label key={deployment} className="row pl-5">
                <input type="checkbox" checked={scope.includes(deployment)} onChange={() => toggle(deployment)} /> {deployment}
              </label>
            ))
          : null}
      </fieldset>
      <div className="row justify-end">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" refusal={scope?.length === 0 ? 'Choose at least one deployment.' : null} busy={isBusy}>
          Make the key
        </Button>
      </div>
    </form>
  )
}

'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, TextInput } from '#components/ui/field'
import { useNow } from '#components/ui/time'
import type { KeyAction } from '#core/keys/key-actions'
import { type NewKey, noLimits } from '#core/keys/key-limits'
import { type ExpiryDraft, readExpiry } from './expiry-draft.ts'
import { ExpiryField } from './expiry-field'
import { draftOfLimits, readLimits } from './limits-draft.ts'
import { LimitsFields } from './limits-fields'
import { NewSecret } from './new-secret'
import { ActionScope, DeploymentScope } from './scope-fields'

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
        <NewSecret secret={create.data.secret} onClose={onClose} />
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
  onSubmit(input: NewKey): void
}) {
  const trpc = useTRPC()
  const list = useQuery(trpc.deployments.list.queryOptions())
  const now = useNow()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<string[] | null>(null)
  const [actions, setActions] = useState<KeyAction[] | null>(null)
  const [limitsDraft, setLimitsDraft] = useState(() => draftOfLimits(noLimits))
  const [expiryDraft, setExpiryDraft] = useState<ExpiryDraft>({ choice: 'never', date: '' })
  const { limits, errors } = readLimits(limitsDraft)
  const expiry = readExpiry(expiryDraft, new Date(now))
  const refusal =
    scope?.length === 0
      ? 'Choose at least one deployment.'
      : actions?.length === 0
        ? 'Choose at least one thing that the key may do.'
        : (expiry.error ?? Object.values(errors ?? {})[0] ?? null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isBusy && !refusal && limits)
      onSubmit({ name, deployments: scope, actions, limits, expiresAt: readExpiry(expiryDraft, new Date()).at })
  }
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
      <DeploymentScope names={list.data?.deployments.map((deployment) => deployment.name) ?? []} scope={scope} onChange={setScope} />
      <details>
        <summary className="cursor-pointer sm med t2">Limits and expiry</summary>
        <div className="col gap-3! pt-3">
          <ExpiryField label="Expires" draft={expiryDraft} error={expiry.error} onChange={setExpiryDraft} />
          <LimitsFields draft={limitsDraft} errors={errors ?? {}} onChange={setLimitsDraft} />
          <ActionScope actions={actions} onChange={setActions} />
        </div>
      </details>
      <div className="row justify-end">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" type="submit" refusal={refusal} busy={isBusy}>
          Make the key
        </Button>
      </div>
    </form>
  )
}

'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, Select } from '#components/ui/field'
import { tell } from '#components/ui/toasts'
import { newKeyEndsAt, type OverlapId, overlaps } from '#core/keys/key-status'
import type { KeyView } from '#core/keys/key-views'
import { formatDateTime } from '#core/words/format'
import { draftOfLimits, readLimits } from './limits-draft.ts'
import { LimitsFields } from './limits-fields'
import { NewSecret } from './new-secret'

/** What the dialogs of a key are about, and where they go on. */
export type KeyDialogProps = { shown: KeyView; onClose(): void; onChanged(): void }

/** Puts a new key in the place of one, and shows it, once. */
export function RotateDialog({ shown, onClose, onChanged }: KeyDialogProps) {
  const trpc = useTRPC()
  const rotate = useMutation(trpc.keys.rotate.mutationOptions({ onSettled: onChanged }))
  const [overlap, setOverlap] = useState<OverlapId>('24h')
  const [openedAt] = useState(() => new Date())
  const endsAt = newKeyEndsAt(shown, openedAt)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!rotate.isPending) rotate.mutate({ id: shown.id, overlap })
  }
  if (rotate.data) {
    const { oldEndsAt, secret, name } = rotate.data
    const old = overlap === 'none' ? 'has ended' : `works until ${formatDateTime(oldEndsAt)}`
    return (
      <Dialog
        open
        onOpenChange={onClose}
        width={480}
        title={`New key for ${name}`}
        description={`Copy it now: it is not kept, and never shown again. The old one ${old}.`}
      >
        <NewSecret secret={secret} onClose={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width={480}
      title={`Rotate ${shown.name}`}
      description="A new key with the same name, scopes and limits takes its place."
    >
      <form className="col gap-3!" onSubmit={submit}>
        <Field
          label={`The old key (${shown.prefix}…)`}
          help="Long enough for all callers to change over. Meanwhile each key has its own rate and quota."
          error={rotate.isError ? errorSentence(rotate.error) : null}
        >
          {({ id, describedBy }) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              value={overlap}
              options={overlaps.map((each) => ({ value: each.id, label: each.words }))}
              onChange={(event) => {
                const chosen = overlaps.find((each) => each.id === event.target.value)
                if (chosen) setOverlap(chosen.id)
              }}
            />
          )}
        </Field>
        <p className="sm t2">
          {endsAt
            ? `The new key lives as long as the old one was meant to: until ${formatDateTime(endsAt)}.`
            : 'The new key has no end, like the old one.'}
        </p>
        <div className="row justify-end">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={rotate.isPending}>
            Rotate the key
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Sets the limits of a key. */
export function LimitsDialog({ shown, onClose, onChanged }: KeyDialogProps) {
  const trpc = useTRPC()
  const setLimits = useMutation(
    trpc.keys.setLimits.mutationOptions({
      onSuccess: ({ name }) => {
        tell({ title: `${name} has new limits`, detail: 'Gateways follow within 5 s.' })
        onClose()
      },
      onSettled: onChanged,
    }),
  )
  const [draft, setDraft] = useState(() => draftOfLimits(shown))
  const { limits, errors } = readLimits(draft)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!setLimits.isPending && limits) setLimits.mutate({ id: shown.id, limits })
  }
  return (
    <Dialog open onOpenChange={onClose} width={480} title={`Limits of ${shown.name}`} description="An empty field is no limit.">
      <form className="col gap-3!" onSubmit={submit}>
        <LimitsFields draft={draft} errors={errors ?? {}} onChange={setDraft} />
        <Problem error={setLimits.error} />
        <div className="row justify-end">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" refusal={Object.values(errors ?? {})[0]} busy={setLimits.isPending}>
            Save the limits
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Takes a key out of force, after a second look. */
export function RevokeDialog({ shown, onClose, onChanged }: KeyDialogProps) {
  const trpc = useTRPC()
  const revoke = useMutation(
    trpc.keys.revoke.mutationOptions({
      onSuccess: ({ name }) => {
        tell({ title: `${name} is revoked`, detail: 'Gateways refuse it within 5 s.' })
        onClose()
      },
      onSettled: onChanged,
    }),
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width={420}
      title={`Revoke ${shown.name}?`}
      description={`Whoever calls with ${shown.prefix}… is refused from then on. It cannot be undone; to change over without a gap, rotate it instead.`}
    >
      <div className="col gap-3!">
        <Problem error={revoke.error} />
        <div className="row justify-end">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" busy={revoke.isPending} onClick={() => revoke.mutate({ id: shown.id })}>
            Revoke the key
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

function Problem({ error }: { error: unknown }) {
  return error ? (
    <p className="banner" data-st="failed" role="alert">
      {errorSentence(error)}
    </p>
  ) : null
}

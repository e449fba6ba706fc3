'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, TextInput } from '#components/ui/field'
import { tell } from '#components/ui/toasts'

/** Sets somebody's password; all their sessions end. */
export function NewPasswordDialog({ user, onClose }: { user: { id: string; name: string }; onClose(): void }) {
  const trpc = useTRPC()
  const [password, setPassword] = useState('')
  const change = useMutation(
    trpc.people.setPassword.mutationOptions({
      onSuccess: () => {
        tell({ title: `${user.name} has a new password`, detail: 'All their sessions have ended.' })
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!change.isPending) change.mutate({ id: user.id, password })
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`New password for ${user.name}`}
      description="Every browser in which they are signed in is signed out."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="new-password" busy={change.isPending}>
            Set the password
          </Button>
        </>
      }
    >
      <form id="new-password" onSubmit={submit}>
        <Field label="Password" help="At least 8 characters." error={change.isError ? errorSentence(change.error) : null}>
          {({ id, describedBy, invalid }) => (
            <TextInput
              id={id}
              autoComplete="off"
              required
              minLength={8}
              mono
              autoFocus
              value={password}
              aria-describedby={describedBy}
              invalid={invalid}
              onChange={(e) => setPassword(e.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}

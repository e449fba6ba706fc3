'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, Select, TextInput } from '#components/ui/field'
import { tell } from '#components/ui/toasts'
import { type Role, roles } from '#core/people/roles'

/** An admin makes an account and hands over the first password. */
export function AddUserDialog({ onClose, onAdded }: { onClose(): void; onAdded(): void }) {
  const trpc = useTRPC()
  const [form, setForm] = useState<{ name: string; email: string; password: string; role: Role }>({
    name: '',
    email: '',
    password: '',
    role: 'analyst',
  })
  const create = useMutation(
    trpc.people.create.mutationOptions({
      onSuccess: (user) => {
        tell({ title: `${user.name} may sign in`, detail: 'Hand over the password; an admin can set a new one at any time.' })
        onAdded()
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!create.isPending) create.mutate(form)
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a user"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="add-user" busy={create.isPending}>
            Add the user
          </Button>
        </>
      }
    >
      <form id="add-user" className="col gap-3!" onSubmit={submit}>
        <Field label="Name">
          {({ id }) => (
            <TextInput
              id={id}
              required
              maxLength={80}
              autoFocus
              value={form.name}
              onChange={(e) => setForm({ ...form, name: e.target.value })}
            />
          )}
        </Field>
        <Field label="E-mail">
          {({ id }) => (
            <TextInput id={id} type="email" required value={form.email} onChange={(e) => setForm({ ...form, email: e.target.value })} />
          )}
        </Field>
        <Field label="Role" help="viewer sees, analyst builds and runs, lead deploys, admin manages people and keys">
          {({ id, describedBy }) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              value={form.role}
              options={roles.map((role) => ({ value: role, label: role }))}
              onChange={(event) => setForm({ ...form, role: roles.find((each) => each === event.target.value) ?? 'viewer' })}
            />
          )}
        </Field>
        <Field label="First password" help="At least 8 characters." error={create.isError ? errorSentence(create.error) : null}>
          {({ id, describedBy, invalid }) => (
            <TextInput
              id={id}
              type="text"
              autoComplete="off"
              required
              minLength={8}
              mono
              value={form.password}
              aria-describedby={describedBy}
              invalid={invalid}
              onChange={(e) => setForm({ ...form, password: e.target.value })}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}

'use client'

import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Button } from '#components/ui/button'
import { errorSentence } from '#components/ui/failure'
import { Field, TextInput } from '#components/ui/field'
import { authClient } from './auth-client.ts'
import { Mark } from './rail'

/** The first visit: one screen makes the owner, and leads straight onto the e-mail triage sample. */
export function WelcomeForm() {
  const trpc = useTRPC()
  const createOwner = useMutation(trpc.people.createOwner.mutationOptions())
  const createSample = useMutation(trpc.workflows.create.mutationOptions())
  const [form, setForm] = useState({ name: '', email: '', password: '' })
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const shortPassword = form.password.length > 0 && form.password.length < 8 ? 'A password has at least 8 characters.' : null

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || shortPassword) return
    setBusy(true)
    setError(null)
    try {
      await createOwner.mutateAsync(form)
      const { error: refused } = await authClient.signIn.email({ email: form.email, password: form.password })
      if (refused) throw new Error(refused.message ?? 'The account is made, but the sign-in failed. Load the page again and sign in.')
      const sample = await createSample.mutateAsync({ template: 'email-triage' })
      window.location.assign(`/workflows/${sample.id}`)
    } catch (failure) {
      setError(errorSentence(failure))
      setBusy(false)
    }
  }

  const set = (key: keyof typeof form) => (event: { target: { value: string } }) => setForm({ ...form, [key]: event.target.value })
  return (
    <main className="stack-page">
      <div className="w-full max-w-[400px]">
        <div className="row mb-6">
          <Mark size={32} />
          <span className="semi text-[20px]">Stageline</span>
        </div>
        <h1 className="semi mb-2 text-[22px] leading-8 tracking-tight">Draw a line, run it, watch it work</h1>
        <p className="t2 mb-6 text-[14px]">
          You are the first here. This makes you the owner, and opens a finished e-mail triage line on 6,046 real messages.
        </p>
        <form className="card p-4" onSubmit={submit}>
          <div className="col gap-3!">
            <Field label="Your name">
              {({ id }) => (
                <TextInput id={id} autoComplete="name" required maxLength={80} autoFocus value={form.name} onChange={set('name')} />
              )}
            </Field>
            <Field label="E-mail" help="Only to sign in; nothing is sent.">
              {({ id, describedBy }) => (
                <TextInput
                  id={id}
                  type="email"
                  autoComplete="username"
                  required
                  value={form.email}
                  onChange={set('email')}
                  aria-describedby={describedBy}
                />
              )}
            </Field>
            <Field label="Password" help="At least 8 characters." error={shortPassword}>
              {({ id, describedBy, invalid }) => (
                <TextInput
                  id={id}
                  type="password"
                  autoComplete="new-password"
                  required
                  minLength={8}
                  value={form.password}
                  onChange={set('password')}
                  aria-describedby={describedBy}
                  invalid={invalid}
                />
              )}
            </Field>
            {error ? (
              <p className="banner" data-st="failed" role="alert">
                {error}
              </p>
            ) : null}
            <Button kind="primary" size="lg" type="submit" busy={busy}>
              {busy ? 'Opening the sample' : 'Create the owner and open the sample'}
            </Button>
          </div>
        </form>
      </div>
    </main>
  )
}

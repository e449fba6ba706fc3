'use client'

import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/button'
import { Field, TextInput } from '#components/ui/field'
import { authClient } from './auth-client.ts'
import { Mark } from './rail'

/** E-mail and password. */
export function SignInForm() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setError(null)
    const { error: refused } = await authClient.signIn.email({ email, password })
    if (!refused) return window.location.assign('/workflows')
    setBusy(false)
    setError(
      refused.status === 401
        ? 'E-mail or password is wrong. An admin can set a new password under Settings, Users.'
        : (refused.message ?? 'The server does not answer. Check that it runs.'),
    )
  }

  return (
    <main className="stack-page">
      <form className="card w-full max-w-[360px] p-6" onSubmit={submit}>
        <div className="row mb-4">
          <Mark size={24} />
          <h1 className="semi text-[16px]">Sign in to Stageline</h1>
        </div>
        <div className="col gap-3!">
          <Field label="E-mail">
            {({ id }) => (
              <TextInput
                id={id}
                type="email"
                autoComplete="username"
                required
                autoFocus
                value={email}
                onChange={(e) => setEmail(e.target.value)}
              />
            )}
          </Field>
          <Field label="Password" error={error}>
            {({ id, describedBy, invalid }) => (
              <TextInput
                id={id}
                type="password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(e) => setPassword(e.target.value)}
                aria-describedby={describedBy}
                invalid={invalid}
              />
            )}
          </Field>
          <Button kind="primary" size="lg" type="submit" busy={busy}>
            Sign in
          </Button>
        </div>
      </form>
    </main>
  )
}

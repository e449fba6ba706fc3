import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SignInForm } from '#components/shell/sign-in-form'
import { countUsers } from '#db/queries/users'
import { webHouse } from '#server/web-house'

export const metadata: Metadata = { title: 'Sign in' }
export const dynamic = 'force-dynamic'

export default async function SignIn() {
  if ((await countUsers(webHouse().db)) === 0) redirect('/welcome')
  return <SignInForm />
}

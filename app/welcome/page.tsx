import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { WelcomeForm } from '#components/shell/welcome-form'
import { countUsers } from '#db/queries/users'
import { webHouse } from '#server/web-house'

export const metadata: Metadata = { title: 'Welcome' }
export const dynamic = 'force-dynamic'

export default async function Welcome() {
  if ((await countUsers(webHouse().db)) > 0) redirect('/sign-in')
  return <WelcomeForm />
}

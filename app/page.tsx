import { redirect } from 'next/navigation'
import { requireActor } from '#server/auth/require-actor'

export default async function Home() {
  await requireActor()
  redirect('/workflows')
}

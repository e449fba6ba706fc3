import type { ReactNode } from 'react'
import { Shell } from '#components/shell/shell'
import { requireActor } from '#server/auth/require-actor'

export default async function Layout({ children }: { children: ReactNode }) {
  const { id, name, email, role } = await requireActor()
  return <Shell actor={{ id, name, email, role }}>{children}</Shell>
}

'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { hasRole, type Role } from '#core/people/roles'

export type ActorView = { id: string; name: string; email: string; role: Role }

const ActorContext = createContext<ActorView | null>(null)

export function ActorProvider({ actor, children }: { actor: ActorView; children: ReactNode }) {
  return <ActorContext value={actor}>{children}</ActorContext>
}

/** Who is signed in. Only inside the shell, where somebody always is. */
export function useActor(): ActorView {
  const actor = useContext(ActorContext)
  if (!actor) throw new Error('useActor is used outside the shell.')
  return actor
}

/** Why the signed-in person may not do something that needs `role`, or null when they may. Put it on the disabled control. */
export function useRefusal(role: Role): string | null {
  const actor = useActor()
  if (hasRole(actor.role, role)) return null
  return `You are ${actor.role === 'admin' || actor.role === 'analyst' ? 'an' : 'a'} ${actor.role}; this needs ${role} or above. An admin can change it under Settings, Users.`
}

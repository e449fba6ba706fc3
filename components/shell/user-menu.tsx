'use client'

import { LogOut } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useActor } from '#components/api/use-actor'
import { Avatar } from '#components/ui/avatar'
import { Menu, MenuItem, MenuSeparator } from '#components/ui/menu'
import { tellError } from '#components/ui/toasts'
import { authClient } from './auth-client.ts'
import { railPlaces, settingsPlace } from './places'

/** Who is signed in, with their role, and the way out. On a narrow screen also the places that the bar has no room for. */
export function UserMenu() {
  const actor = useActor()
  const router = useRouter()
  const signOut = async () => {
    const { error } = await authClient.signOut()
    if (error) return tellError('Not signed out', new Error(error.message))
    window.location.assign('/sign-in')
  }
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-9 items-center gap-2 rounded-md px-1.5 text-left hover:bg-hover max-sm:h-11"
          aria-label={`${actor.name}, ${actor.role}`}
        >
          <Avatar name={actor.name} small />
          <span className="trunc sm t2 max-sm:hidden!">{actor.name}</span>
        </button>
      }
    >
      <div className="head">
        {actor.email}, {actor.role}
      </div>
      <div className="sm:hidden">
        {[...railPlaces.filter((place) => !place.compact), settingsPlace].map((place) => (
          <MenuItem key={place.href} icon={place.icon} onSelect={() => router.push(place.href)}>
            {place.label}
          </MenuItem>
        ))}
        <MenuSeparator />
      </div>
      <MenuItem icon={<LogOut className="i s" aria-hidden />} onSelect={signOut}>
        Sign out
      </MenuItem>
    </Menu>
  )
}

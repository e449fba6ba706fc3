import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { countUsers } from '#db/queries/users'
import type { Actor } from '#server/api/trpc'
import { findActor } from '#server/auth/session'
import { webHouse } from '#server/web-house'

/** Who is looking at this page. Strangers go to the sign-in, the first visitor to the welcome page. */
export async function requireActor(): Promise<Actor> {
  const house = webHouse()
  const actor = await findActor(house, await headers())
  if (actor) return actor
  redirect((await countUsers(house.db)) === 0 ? '/welcome' : '/sign-in')
}

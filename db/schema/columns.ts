import { timestamp, uuid } from 'drizzle-orm/pg-core'

/** uuid primary key made by the database. */
export const id = () => uuid('id').primaryKey().defaultRandom()

/** Milliseconds are enough; always UTC. */
export const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

import { AppError } from '#core/errors/app-error'
import type { Db } from '#db/client'
import { type ApiKey, createApiKey } from '#db/queries/api-keys'
import { type AuditActor, systemActor } from '#db/queries/audit'
import { createUser } from '#db/queries/users'
import { openLog } from '#server/log'
import { type TestDatabase, testDatabase } from '#server/testing/test-database'
import { type KeyRing, newApiKey, openKeyRing } from './key-ring'
import { readKeyUsage } from './read-keys'

/** Noon of a day (UTC). */
export const noon = Date.UTC(2026, 2, 4, 12)
export const predict = { deployment: 'triage', action: 'predict' } as const

export type KeyBench = {
  database: TestDatabase
  /** Both clocks of all rings, in ms. */
  clock: { ms: number }
  /** Somebody who makes and rotates keys. */
  actor: AuditActor
  /** A ring as a gateway has it; `nowhere` is no deployment. */
  openRing(db?: Db): KeyRing
  makeKey(more?: Partial<ApiKey>): Promise<{ id: string; secret: string; bearer: string }>
  /** What was written of a key for the day of the clock. */
  usageOf(id: string): Promise<Record<string, unknown>[]>
}

/** A database with rings and keys to test, and a clock to turn. */
export async function openKeyBench(): Promise<KeyBench> {
  const database = await testDatabase()
  const log = openLog('gateway', 'silent')
  const clock = { ms: noon }
  await createUser(database.db, { id: 'tester', name: 'Tester', email: 't@example.com', role: 'admin', passwordHash: 'x' })
  return {
    database,
    clock,
    actor: { ...systemActor, id: 'tester' },
    openRing: (db = database.db) =>
      openKeyRing(db, {
        installationKey: 'installation',
        log,
        isDeployment: (name) => name !== 'nowhere',
        now: () => clock.ms,
        steadyNow: () => clock.ms,
      }),
    async makeKey(more = {}) {
      const { secret, hash, prefix } = newApiKey()
      const { id } = await createApiKey(database.db, { name: 'caller', prefix, hash, deployments: null, createdBy: null, ...more })
      return { id, secret, bearer: `Bearer ${secret}` }
    },
    usageOf: async (id) =>
      (await readKeyUsage(database.db, { id, days: 1, now: new Date(clock.ms) })).days.map(({ day: _, ...counts }) => counts),
  }
}

/** The AppError that some work ends in; anything else fails the test. */
export async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`no refusal but ${String(error)}`)
  return error
}

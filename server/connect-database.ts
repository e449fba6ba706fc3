import pg from 'pg'
import { AppError } from '#core/errors/app-error'
import { type EmbeddedPostgres, launchPostgres } from '#db/embedded/launch'
import { migrateDatabase } from '#db/migrate'
import type { Env } from '#server/env'

/** The database of a supervisor or a command line: somebody else's, or the embedded one for as long as it is held. */
export type ConnectedDatabase = { url: string; how: 'external' | EmbeddedPostgres['how']; release(): Promise<void> }

/** Reaches the database (starting the embedded one when DATABASE_URL is absent) and brings it to this version. */
export async function connectDatabase(env: Env): Promise<ConnectedDatabase> {
  if (env.DATABASE_URL) {
    await checkExternal(env.DATABASE_URL)
    await migrateDatabase(env.DATABASE_URL)
    return { url: env.DATABASE_URL, how: 'external', release: async () => undefined }
  }
  const embedded = await launchPostgres({ home: env.home })
  try {
    await migrateDatabase(embedded.url)
  } catch (error) {
    await embedded.release()
    throw error
  }
  return {
    url: embedded.url,
    how: embedded.how,
    release: async () => {
      await embedded.release()
    },
  }
}

/** One sentence when the database of DATABASE_URL does not answer, refuses us, or is too old. The password is never shown. */
export async function checkExternal(databaseUrl: string): Promise<void> {
  const { hostname, port, pathname, protocol } = new URL(databaseUrl)
  if (!/^postgres(ql)?:$/.test(protocol)) {
    throw new AppError('unavailable', { detail: `DATABASE_URL must begin with postgres://, not with ${protocol}//.` })
  }
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version_num') as version")
    const version = Number(rows[0]?.version ?? 0)
    if (version < 150_000) {
      throw new AppError('unavailable', {
        detail: `The Postgres of DATABASE_URL is version ${Math.floor(version / 10_000)}; Stageline needs 15 or newer. Upgrade it, or unset DATABASE_URL to use the embedded one.`,
      })
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('unavailable', {
      detail: `The database of DATABASE_URL (${pathname.slice(1)} at ${hostname}:${port || 5432}) cannot be used: ${whyNot(cause)}. Correct DATABASE_URL, or unset it to use the embedded Postgres.`,
      cause,
    })
  } finally {
    await client.end().catch(() => undefined)
  }
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is unknown'
  if (code === '28P01' || code === '28000') return 'the user or the password is wrong'
  if (code === '3D000') return 'there is no database of this name'
  return error instanceof Error && error.message ? error.message : 'it does not answer'
}

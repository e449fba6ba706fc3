import type pg from 'pg'
import { type Db, openDatabase } from '#db/client'
import { type ArtifactStore, openArtifactStore } from '#server/artifacts/store'
import { type Env, readEnv } from '#server/env'
import { type Log, openLog } from '#server/log'

/** What a process of the house owns for as long as it lives. Made once at the process's edge and handed on as an argument. */
export type House = { env: Env; log: Log; db: Db; pool: pg.Pool; databaseUrl: string; artifacts: ArtifactStore; close(): Promise<void> }

/** Opens the house of one process. `DATABASE_URL` must be set: the supervisor and the command line see to that. */
export function openHouse(name: 'web' | 'worker' | 'gateway' | 'cli', databaseUrl: string, env: Env = readEnv(process.env)): House {
  const log = openLog(name, env.STAGELINE_LOG_LEVEL)
  const { db, pool, close } = openDatabase(databaseUrl, { onError: (err) => log.warn({ err }, 'an idle database connection was lost') })
  return { env, log, db, pool, databaseUrl, artifacts: openArtifactStore(env.artifactsDir), close }
}

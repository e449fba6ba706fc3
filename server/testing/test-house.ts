import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { readEnv } from '#server/env'
import { type House, openHouse } from '#server/house'
import { testDatabase } from './test-database'

/** A whole house for one test file: a fresh database and a temporary data folder; `close()` removes both. */
export async function testHouse(overrides: Record<string, string> = {}): Promise<House> {
  const database = await testDatabase()
  const home = mkdtempSync(path.join(os.tmpdir(), 'stageline-test-'))
  const env = readEnv({
    STAGELINE_HOME: home,
    DATABASE_URL: database.url,
    STAGELINE_SECRET: 'a secret that is only good for the tests',
    STAGELINE_LOG_LEVEL: 'silent',
    STAGELINE_PORT: '0',
    STAGELINE_GATEWAY_PORT: '0',
    ...overrides,
  })
  const house = openHouse('cli', database.url, env)
  return {
    ...house,
    async close() {
      await house.close()
      await database.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

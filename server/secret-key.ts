import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Env } from '#server/env'

/** The installation's key: signs sessions and encrypts secrets. From STAGELINE_SECRET, else made once and kept in a 0600 file in the home. */
export function secretKey(env: Env): string {
  if (env.STAGELINE_SECRET) return env.STAGELINE_SECRET
  const file = path.join(env.home, 'secret.key')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // Documented fallback: the first process of a fresh home makes the file; `wx` lets only one of several win.
    mkdirSync(env.home, { recursive: true })
    try {
      writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    return readFileSync(file, 'utf8').trim()
  }
}

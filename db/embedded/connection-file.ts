import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** How to reach the embedded Postgres of one data folder; kept in a file that only its owner may read. */
export type ConnectionFacts = { url: string; port: number; password: string; dataDir: string }

const fileOf = (home: string) => path.join(home, 'database.json')

/** The facts, or null when no embedded database was ever made in this folder. */
export function readConnection(home: string): ConnectionFacts | null {
  let text: string
  try {
    text = readFileSync(fileOf(home), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    const { port, password, dataDir } = JSON.parse(text)
    return typeof port === 'number' && typeof password === 'string' && typeof dataDir === 'string'
      ? connectionFacts(port, password, dataDir)
      : null
  } catch {
    // A torn file cannot come from us (it is renamed into place); treat it as absent and let the launcher decide.
    return null
  }
}

/** Writes the facts in one step: a reader sees the old ones or the new ones. */
export function writeConnection(home: string, { port, password, dataDir }: ConnectionFacts): void {
  const draft = `${fileOf(home)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify({ port, password, dataDir })}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, fileOf(home))
}

export function connectionFacts(port: number, password: string, dataDir: string): ConnectionFacts {
  return { url: `postgres://stageline:${password}@127.0.0.1:${port}/stageline`, port, password, dataDir }
}

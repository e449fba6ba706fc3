import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', 'data', 'banking77')

export type Banking77 = { train: string; test: string }

/** Paths of Banking77's two files, or null where the test data is absent. */
export function findBanking77(): Banking77 | null {
  const files = { train: path.join(folder, 'train.csv'), test: path.join(folder, 'test.csv') }
  return existsSync(files.train) && existsSync(files.test) ? files : null
}

/** Reads one of the files: RFC 4180, a header, the columns text and category. */
export function readBanking77(file: string): { texts: string[]; labels: string[] } {
  const fields = readFileSync(file, 'utf8').matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)
  const values = Array.from(fields, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
  const body = values.slice(2)
  const rows = Math.floor(body.length / 2)
  return {
    texts: Array.from({ length: rows }, (_, i) => body[i * 2] ?? ''),
    labels: Array.from({ length: rows }, (_, i) => body[i * 2 + 1] ?? ''),
  }
}

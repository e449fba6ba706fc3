import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TextStep } from '#core/ports/plan'
import { readFields } from './parts-csv'

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', 'data', 'banking77')

export type Banking77 = { train: string; test: string }

/** Paths of Banking77's two files, or null where the test data is absent. */
export function findBanking77(): Banking77 | null {
  const files = { train: path.join(folder, 'train.csv'), test: path.join(folder, 'test.csv') }
  return existsSync(files.train) && existsSync(files.test) ? files : null
}

/** tf-idf of one and two words, as its peers vectorise. */
export const wordsOfBanking77: TextStep = {
  kind: 'text',
  columns: ['text'],
  words: { min: 1, max: 2 },
  chars: null,
  weighting: 'tf-idf',
  sublinear: true,
  lowercase: true,
  minRows: 1,
  maxShare: 1,
  maxTerms: 1_000_000,
}

/** Reads one of the files: a header, the columns text and category. */
export function readBanking77(file: string): { texts: string[]; labels: string[] } {
  const body = readFields(file).slice(2)
  const rows = Math.floor(body.length / 2)
  return {
    texts: Array.from({ length: rows }, (_, i) => body[i * 2] ?? ''),
    labels: Array.from({ length: rows }, (_, i) => body[i * 2 + 1] ?? ''),
  }
}

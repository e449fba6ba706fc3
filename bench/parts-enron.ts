import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { readFields } from './parts-csv'

const file = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', 'data', 'enron_email_intent', 'intent.csv')

type Sentences = { texts: string[]; labels: string[] }

/** Path of the sentences of e-mails with and without a request, or null where the test data is absent. */
export function findEnron(): string | null {
  return existsSync(file) ? file : null
}

/** Reads it: a header, the columns split, label and text. */
export function readEnron(from: string): { train: Sentences; held: Sentences } {
  const values = readFields(from)
  const parts: Record<'train' | 'held', Sentences> = { train: { texts: [], labels: [] }, held: { texts: [], labels: [] } }
  for (let at = 3; at + 2 < values.length; at += 3) {
    const part = parts[values[at] === 'train' ? 'train' : 'held']
    part.labels.push(values[at + 1] ?? '')
    part.texts.push(values[at + 2] ?? '')
  }
  return parts
}

import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { StringDecoder } from 'node:string_decoder'
import type { Cleaned } from './clean-csv'
import type { RowTally } from './row-tally'

/**
 * Text files of word vectors as GloVe, word2vec and fastText write them: a word and its numbers a line, one space between them,
 * no quotes; word2vec and fastText have a line above with the number of words and of numbers. Words may hold commas, quotes and,
 * in some files, spaces, so no reading of CSV fits them.
 */
export type VectorsDialect = {
  dimensions: number
  /** Whether the first line says how many words and numbers there are. */
  hasCounts: boolean
}

const fewest = { lines: 2, dimensions: 8 }
const linesLookedAt = 50
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The dialect when the beginning of a file is one of word vectors, or null. A sample that ends within a line does not count that line. */
export function detectVectors(sample: Uint8Array, wholeFile: boolean): VectorsDialect | null {
  const lines = new TextDecoder().decode(sample).split('\n')
  if (!wholeFile || lines.at(-1) === '') lines.pop()
  const counts = /^(\d+) (\d+) ?\r?$/.exec(lines[0] ?? '')
  const rows = lines.slice(counts ? 1 : 0).slice(0, linesLookedAt)
  const dimensions = counts ? Number(counts[2]) : fieldsOf(rows[0] ?? '').length - 1
  if (rows.length < fewest.lines || dimensions < fewest.dimensions) return null
  const read = rows.map((line) => readLine(line, dimensions))
  const areVectors = read.every((fields) => fields !== null) && read.some((fields) => !number.test(fields?.[0] ?? ''))
  return areVectors ? { dimensions, hasCounts: counts !== null } : null
}

/** The columns of such a file: `word`, then `d1`, `d2` and so on. */
export const vectorColumns = ({ dimensions }: VectorsDialect): string[] => [
  'word',
  ...Array.from({ length: dimensions }, (_, i) => `d${i + 1}`),
]

/** Copies the lines, streamed, into strict CSV with spaces between the fields; lines that are no vector are refused, with the row. */
export async function cleanVectors(
  chunks: AsyncIterable<Buffer>,
  out: string,
  { dimensions, hasCounts }: VectorsDialect,
  tally: RowTally,
): Promise<Cleaned> {
  let [row, longest] = [0, 0]
  const take = (line: string): string => {
    row += 1
    if (hasCounts && row === 1) return ''
    const fields = readLine(line, dimensions)
    if (fields === null) {
      if (line.trim() === '') tally.mend('Blank lines were skipped', row)
      else tally.refuse(row, null, 'no vector', `It is no word with ${dimensions} numbers.`, () => line)
      return ''
    }
    const [word = '', ...numbers] = fields
    const record = `"${word.replaceAll('"', '""')}" ${numbers.join(' ')}\n`
    longest = Math.max(longest, Buffer.byteLength(record))
    tally.keep()
    return record
  }
  async function* records(): AsyncGenerator<string> {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    for await (const chunk of chunks) {
      const lines = `${rest}${decoder.write(chunk)}`.split('\n')
      rest = lines.pop() ?? ''
      yield lines.map(take).join('')
    }
    if (rest !== '') yield take(rest)
  }
  await pipeline(records, createWriteStream(out))
  return { kept: tally.kept, longest }
}

/** A word and its numbers; null for any other line. Spaces before the last numbers belong to the word. */
function readLine(line: string, dimensions: number): string[] | null {
  const fields = fieldsOf(line)
  const numbers = fields.slice(-dimensions)
  const word = fields.slice(0, -dimensions).join(' ')
  return word !== '' && numbers.length === dimensions && numbers.every((field) => number.test(field)) ? [word, ...numbers] : null
}

const fieldsOf = (line: string): string[] => line.replace(/ ?\r?$/, '').split(' ')

import { AppError, type ErrorHint } from '#core/errors/app-error'
import type { TableValue } from '#core/ports/kinds'
import { formatNumber, plural } from '#core/words/format'
import { listWords } from '../column-checks'
import type { ColumnData, StageContext } from '../define'
import type { VectorSource } from './vector-source'

/** Numbers held while the vectors are read: columns come whole, and there may be hundreds of a million rows. */
const numbersAtOnce = 16_000_000

/** A table of word vectors: its text column holds the words, each number column is a dimension. Throws AppError for any other table. */
export async function readVectorTable(table: TableValue, ctx: Pick<StageContext, 'tables' | 'progress'>): Promise<VectorSource> {
  const { word, dimensions } = columnsOf(table)
  const { [word]: column } = await ctx.tables.read(table.artifact, [word])
  const words = column?.type === 'text' ? column.values.map((value, row) => (column.missing[row] === 1 ? null : value)) : []
  return {
    name: 'the table of vectors',
    words,
    dimensions: dimensions.length,
    async read(places) {
      const values = new Float32Array(places.length * dimensions.length)
      const together = Math.max(1, Math.floor(numbersAtOnce / Math.max(1, table.rows)))
      for (let first = 0; first < dimensions.length; first += together) {
        const names = dimensions.slice(first, first + together)
        ctx.progress(first, dimensions.length, 'Reading the word vectors')
        const read = await ctx.tables.read(table.artifact, names)
        for (const [i, name] of names.entries()) {
          const numbers = numbersOf(read[name])
          for (const [line, place] of places.entries()) {
            const value = numbers[place] ?? Number.NaN
            if (!Number.isFinite(Math.fround(value))) throw refuseNumber(value, { name, place, word: words[place] ?? '' })
            values[line * dimensions.length + first + i] = value
          }
        }
      }
      return values
    },
  }
}

/** The one text column and the number columns. */
function columnsOf({ columns }: TableValue): { word: string; dimensions: string[] } {
  const texts = columns.filter(({ type }) => type === 'text').map(({ name }) => name)
  const dimensions = columns.filter(({ type }) => type === 'number' || type === 'integer').map(({ name }) => name)
  const other = columns.find(({ type }) => type === 'boolean' || type === 'timestamp')
  const [word, second] = texts
  if (word === undefined) {
    throw refuse(
      `The table of vectors has no text column with the words; it has ${listWords(columns.map(({ name, type }) => `${name} (${type})`))}.`,
    )
  }
  if (second !== undefined) {
    const numbers = dimensions.length === 0 ? ' and no number columns' : ''
    throw refuse(
      `The table of vectors has ${plural(texts.length, 'text column')} (${listWords(texts)})${numbers}; it must have one, with the words, and a number column per dimension. Take the others out in an SQL stage before this port, or cast them to DOUBLE.`,
      { column: second, fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
    )
  }
  if (other) {
    throw refuse(
      `Column "${other.name}" of the table of vectors is ${other.type}, which is no dimension: take it out in an SQL stage before this port.`,
      {
        column: other.name,
        fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' },
      },
    )
  }
  if (dimensions.length === 0) {
    throw refuse(
      `The table of vectors has the words in "${word}" and no number columns: it needs one per dimension. A file whose values are separated by spaces must be written with commas or tabs first.`,
    )
  }
  return { word, dimensions }
}

function numbersOf(column: ColumnData | undefined): Float64Array {
  if (column?.type !== 'number') throw new TypeError('A number column was read as text.')
  return column.values
}

function refuseNumber(value: number, { name, place, word }: { name: string; place: number; word: string }): AppError {
  const what = Number.isNaN(value) ? 'has no number' : `has ${value}, which is too large,`
  return refuse(
    `The table of vectors ${what} in column "${name}" for the word "${word.slice(0, 80)}" (row ${formatNumber(place + 1)}): each word needs a number in each of its dimensions. Correct the row, or take it out in an SQL stage before this port.`,
    { column: name, row: place + 1 },
  )
}

function refuse(detail: string, hint: ErrorHint = {}): AppError {
  return new AppError('bad_input', { detail, hint: { port: 'vectors', ...hint } })
}

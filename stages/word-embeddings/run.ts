import { AppError } from '#core/errors/app-error'
import type { TableValue } from '#core/ports/kinds'
import type { FeatureStep } from '#core/ports/plan'
import { formatNumber, formatShare, plural } from '#core/words/format'
import { type ChosenWords, chooseWords, countWords } from '#ml/features/choose-words'
import { writeWordVectors } from '#ml/features/word-vectors'
import { listWords } from '../column-checks'
import { defineRun, type StageContext } from '../define'
import { withDescription } from '../describe-step'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { findPackage, readPackage } from './read-package'
import { readVectorTable } from './read-table'
import { wordEmbeddings } from './spec'
import type { VectorSource } from './vector-source'

export const run = defineRun(wordEmbeddings, async ({ params, inputs: { table, vectors }, ctx }) => {
  const { columns, weighting, smoothing, lowercase, indicator } = params
  await requireFeatureColumns(table, columns, ['text'], ctx)
  const source = await openSource(params.source, vectors, ctx)
  const read = await ctx.tables.read(table.artifact, columns)
  const texts = Object.values(read).flatMap((column) => (column.type === 'text' ? [column.values] : []))
  const occurring = await countWords(texts, lowercase, ctx.signal)
  const chosen = await chooseWords(source.words, occurring, { lowercase, most: params.words, signal: ctx.signal })
  refuseStrangers(chosen, { source, columns, lowercase })
  const values = await source.read(chosen.places)
  const artifact = await ctx.artifacts.write(writeWordVectors({ words: chosen.words, dimensions: source.dimensions, values }))
  sayWhatIsKnown(chosen, source, ctx)
  const step: FeatureStep = {
    kind: 'vectors',
    columns,
    artifact,
    words: chosen.words.length,
    dimensions: source.dimensions,
    weighting,
    ...(weighting === 'sif' && { smoothing }),
    lowercase,
    indicator,
  }
  return withDescription(withFeature(table, step), ctx)
})

async function openSource(source: 'package' | 'table', vectors: TableValue | undefined, ctx: StageContext): Promise<VectorSource> {
  if (source === 'table' && vectors) return readVectorTable(vectors, ctx)
  if (source === 'package' && !vectors) return readPackage(await findPackage(), ctx)
  throw new AppError('bad_params', {
    detail: vectors
      ? 'There is a table of vectors, and the source is the package: choose the source "table", or disconnect the port Vectors.'
      : 'The source is a table, and none is connected to the port Vectors: connect one, or choose the source "package" for English.',
    hint: { param: 'source' },
  })
}

function refuseStrangers(
  { words, found, unknown }: ChosenWords,
  { source, columns, lowercase }: { source: VectorSource; columns: readonly string[]; lowercase: boolean },
): void {
  if (words.length > 0 && found.words > 0) return
  const seen = unknown.length === 0 ? 'which hold no words of two characters or more' : `for example ${listWords(unknown, 5)}`
  const mend = lowercase
    ? 'Choose vectors of the language of the texts'
    : 'Switch lower case on, or choose vectors of the language of the texts'
  throw new AppError('bad_input', {
    detail: `None of the words in ${listWords(columns)}, ${seen}, is among the ${plural(source.words.length, 'word')} of ${source.name}. ${mend}.`,
    hint: { param: 'columns' },
  })
}

/** How much of the texts the vectors cover: a model is blind to all else. */
function sayWhatIsKnown({ words, found, unknown, left }: ChosenWords, { name }: VectorSource, ctx: StageContext): void {
  const share = found.occurrences / found.of.occurrences
  ctx.log(
    'info',
    `The vectors know ${formatNumber(found.words)} of ${plural(found.of.words, 'different word')}, ${formatShare(share)} of all that is written. Kept ${plural(words.length, 'word')}.`,
  )
  if (unknown.length > 0) ctx.log('info', `The most frequent words without a vector: ${unknown.join(', ')}.`)
  const rarer = found.words - words.length
  if (rarer > 0)
    ctx.log('warn', `Left out ${plural(rarer, 'rarer word')} of the texts that the vectors know: raise "Keep at most" to keep them.`)
  if (left.repeated > 0)
    ctx.log(
      'warn',
      `Left out ${plural(left.repeated, 'entry', 'entries')} of ${name} that repeat another one, as words are read: the first counts.`,
    )
  if (left.unreadable > 0) {
    const entries = plural(left.unreadable, 'entry', 'entries')
    ctx.log('info', `Left out ${entries} of ${name} that no text can hold as a word: nothing, a single character, or with marks.`)
  }
  ctx.figure({ value: formatShare(share), label: 'of words known' })
}

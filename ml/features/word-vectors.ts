import { AppError } from '#core/errors/app-error'
import { packValue, unpackValue } from '#ml/state/packed-value'
import { sharedFloats } from './shared-arrays'

/** Words and a vector each. */
export type WordVectors = {
  /** Each once, as the words of texts are read (fold-word.ts). */
  words: readonly string[]
  dimensions: number
  /** [words][dimensions] */
  values: Float32Array
}

/** Word vectors by the artifact that they are stored as. */
export type WordVectorSets = Readonly<Record<string, WordVectors>>

/** Raise the digit when the stored form changes. */
const magic = 'SLWORDV1'

/** The vectors as bytes: the same vectors give the same bytes. */
export function writeWordVectors({ words, dimensions, values }: WordVectors): Uint8Array {
  return packValue({ words: words.join('\n'), dimensions, values }, magic)
}

/** What writeWordVectors was given, in memory that threads share. Throws AppError for any other bytes. */
export function readWordVectors(bytes: Uint8Array): WordVectors {
  const { words, dimensions, values: stored } = unpack(bytes)
  const values = sharedFloats(stored.length)
  values.set(stored)
  return { words: words.split('\n'), dimensions, values }
}

function unpack(bytes: Uint8Array): { words: string; dimensions: number; values: Float32Array } {
  try {
    // what writeWordVectors wrote under this magic has this form; the magic changes with the form
    return unpackValue(bytes, magic) as { words: string; dimensions: number; values: Float32Array }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError('bad_file', {
      detail: 'The word vectors that the features need cannot be read: run the Word embeddings stage again.',
      cause: error,
    })
  }
}

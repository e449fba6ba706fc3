import type { VectorsStep } from '#core/ports/plan'
import { foldWord } from './fold-word'
import type { CountedRows, TermForm } from './term-counter'
import { TermTable } from './term-table'
import type { WordVectors } from './word-vectors'

/** A column of texts, whose words are looked up in a table of vectors. */
export type RawVectors = {
  kind: 'vectors'
  name: string
  step: VectorsStep
  /** Its ids are the words' places among the vectors. */
  table: TermTable
  counted: CountedRows
  /** [words][step.dimensions] */
  vectors: Float32Array
}

/** A fitted column of word vectors: of each text the weighted mean of the vectors of its words. */
export type VectorsBlock = {
  kind: 'vectors'
  name: string
  lowercase: boolean
  table: TermTable
  dimensions: number
  /** [words][dimensions] */
  vectors: Float32Array
  /** Per word; null: all 1. */
  weights: Float32Array | null
  /** The last term says "no word is known". */
  hasIndicator: boolean
  offset: number
  terms: number
}

/** How the words of texts are read. */
export const wordForm = (lowercase: boolean): TermForm => ({ unit: 'word', min: 1, max: 1, lowercase })

/** A table whose ids are the places of the words. Throws TypeError for a word that is there twice, or that no text can hold. */
export function tableOfWords({ words }: Pick<WordVectors, 'words'>): TermTable {
  const table = new TermTable()
  for (const [place, word] of words.entries()) {
    const units = Uint16Array.from({ length: word.length }, (_, i) => word.charCodeAt(i))
    if (foldWord(word, false) !== word || table.piece(units, 0, units.length, true) !== place)
      throw new TypeError(`"${word}" cannot be word ${place} of a table of vectors.`)
  }
  return table
}

/**
 * Learns the weights of words on the given rows. `idf`: ln((1 + n) / (1 + df)) + 1 as scikit-learn's TfidfTransformer. `sif`:
 * a / (a + share of all known words), as Arora, Liang and Ma, A simple but tough-to-beat baseline for sentence embeddings (2017),
 * algorithm 1. Both give a weighted mean, which has the direction of the paper's sum and a length that does not hang on a; the
 * direction that all texts have in common is left in.
 */
export function fitVectors({ name, step, table, counted, vectors }: RawVectors, rows: Int32Array, offset: number): VectorsBlock {
  const { weighting, lowercase, dimensions, indicator } = step
  return {
    kind: 'vectors',
    name,
    lowercase,
    table,
    dimensions,
    vectors,
    weights:
      weighting === 'mean'
        ? null
        : weighting === 'idf'
          ? inverseFrequencies(counted, table.size, rows)
          : smoothed(step, counted, table.size, rows),
    hasIndicator: indicator,
    offset,
    terms: dimensions + (indicator ? 1 : 0),
  }
}

/** Numbers to sum the vectors of a row in; one for all rows. */
export const roomForSums = ({ dimensions }: VectorsBlock) => new Float64Array(dimensions)

/** Writes one row's terms at `at` and returns where the next begin: all zeros where no word is known. */
export function writeVectors(
  block: VectorsBlock,
  { ptr, ids: words, counts }: CountedRows,
  row: number,
  to: { ids: Int32Array; values: Float32Array; at: number; sums: Float64Array },
): number {
  const { dimensions, vectors, weights, hasIndicator, offset, terms } = block
  const { ids, values, at, sums } = to
  sums.fill(0)
  let whole = 0
  for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) {
    const word = words[j] ?? 0
    const weight = (counts[j] ?? 0) * (weights?.[word] ?? 1)
    whole += weight
    const from = word * dimensions
    for (let i = 0; i < dimensions; i++) sums[i] = (sums[i] ?? 0) + weight * (vectors[from + i] ?? 0)
  }
  for (let term = 0; term < terms; term++) ids[at + term] = offset + term
  for (let i = 0; i < dimensions; i++) values[at + i] = whole === 0 ? 0 : (sums[i] ?? 0) / whole
  if (hasIndicator) values[at + dimensions] = whole === 0 ? 1 : 0
  return at + terms
}

/** How people read a term of the block, by its place in it: `body: dimension 12`, `body: no known word`. */
export const vectorName = ({ name, dimensions }: VectorsBlock, at: number): string =>
  at === dimensions ? `${name}: no known word` : `${name}: dimension ${at + 1}`

function inverseFrequencies({ ptr, ids }: CountedRows, words: number, rows: Int32Array): Float32Array {
  const inRows = new Int32Array(words)
  for (const row of rows) {
    for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) inRows[ids[j] ?? 0] = (inRows[ids[j] ?? 0] ?? 0) + 1
  }
  return Float32Array.from(inRows, (count) => Math.log((1 + rows.length) / (1 + count)) + 1)
}

function smoothed({ smoothing = 0.001 }: VectorsStep, { ptr, ids, counts }: CountedRows, words: number, rows: Int32Array): Float32Array {
  const seen = new Float64Array(words)
  let all = 0
  for (const row of rows) {
    for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) {
      const count = counts[j] ?? 0
      seen[ids[j] ?? 0] = (seen[ids[j] ?? 0] ?? 0) + count
      all += count
    }
  }
  return Float32Array.from(seen, (count) => smoothing / (smoothing + count / Math.max(1, all)))
}

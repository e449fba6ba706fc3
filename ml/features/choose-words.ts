import { pause } from '#ml/pipeline/pause'
import { foldWord } from './fold-word'
import { countTexts } from './read-raw-columns'
import { TermCounter } from './term-counter'
import { wordForm } from './vectors-block'

const wordsPerPause = 5_000

/** How often each word occurs in texts, by the word as texts are read. */
export type WordCounts = ReadonlyMap<string, number>

/** Which words of a source of vectors are kept. */
export type ChosenWords = {
  /** As texts are read: the words that occur, by falling count, then the first others of the source. */
  words: string[]
  /** Their places in the source. */
  places: Int32Array
  /** Of the words that occur: how many the source knows, and the counts of these and of all. */
  found: { words: number; occurrences: number; of: { words: number; occurrences: number } }
  /** The most frequent words that the source does not know, at most ten. */
  unknown: string[]
  /** Entries of the source that are left out: the same word again, and what no text can hold. */
  left: { repeated: number; unreadable: number }
}

/** Counts the words of texts, runs of two letters, digits or underscores and more. */
export async function countWords(columns: readonly (readonly string[])[], lowercase: boolean, signal?: AbortSignal): Promise<WordCounts> {
  const counter = new TermCounter(wordForm(lowercase))
  for (const texts of columns) await countTexts(counter, texts, signal)
  const { ids, counts } = counter.rows()
  const totals = new Float64Array(counter.table.size)
  for (let j = 0; j < ids.length; j++) totals[ids[j] ?? 0] = (totals[ids[j] ?? 0] ?? 0) + (counts[j] ?? 0)
  return new Map(Array.from(totals, (count, id) => [counter.table.text(id, ''), count] as const))
}

/**
 * The words to keep of a source, which lists its own by falling frequency: all that occur, the most frequent first, then the source's
 * first ones until there are `most`. Of spellings that are read alike the one in that very form is kept, else the first.
 */
export async function chooseWords(
  source: readonly (string | null)[],
  occurring: WordCounts,
  { lowercase, most, signal }: { lowercase: boolean; most: number; signal?: AbortSignal | undefined },
): Promise<ChosenWords> {
  const { placeOf, left } = await readSource(source, lowercase, signal)
  const byCount = [...occurring].sort(([first, a], [second, b]) => b - a || (first < second ? -1 : 1))
  const known = byCount.filter(([word]) => placeOf.has(word))
  const words = known.slice(0, most).map(([word]) => word)
  for (const word of placeOf.keys()) {
    if (words.length >= most) break
    if (!occurring.has(word)) words.push(word)
  }
  return {
    words,
    places: Int32Array.from(words, (word) => placeOf.get(word) ?? 0),
    found: { words: known.length, occurrences: sumCounts(known), of: { words: byCount.length, occurrences: sumCounts(byCount) } },
    unknown: byCount
      .filter(([word]) => !placeOf.has(word))
      .slice(0, 10)
      .map(([word]) => word),
    left,
  }
}

async function readSource(
  source: readonly (string | null)[],
  lowercase: boolean,
  signal: AbortSignal | undefined,
): Promise<{ placeOf: Map<string, number>; left: ChosenWords['left'] }> {
  const placeOf = new Map<string, number>()
  const left = { repeated: 0, unreadable: 0 }
  for (const [place, word] of source.entries()) {
    if (place % wordsPerPause === 0) await pause(signal)
    const folded = word === null ? null : foldWord(word, lowercase)
    if (folded === null) {
      left.unreadable += 1
      continue
    }
    const before = placeOf.get(folded)
    const isBetter = before === undefined || (word === folded && source[before] !== folded)
    if (before !== undefined) left.repeated += 1
    if (isBetter) placeOf.set(folded, place)
  }
  return { placeOf, left }
}

const sumCounts = (words: readonly (readonly [string, number])[]) => words.reduce((sum, [, count]) => sum + count, 0)

import type { FeaturesPart } from '#core/reports/features'
import { openPace } from '#ml/estimators/pace'
import { countTexts } from './read-raw-columns'
import { TermCounter } from './term-counter'
import { type RawVectors, wordForm } from './vectors-block'

const most = { unknown: 10, asked: 5, nearest: 5 }

type Vectors = Extract<FeaturesPart, { part: 'vectors' }>
type WordTally = { word: string; rows: number; times: number }

/** Words of more rows than this share are such as "the": what is nearest to them tells little. */
const commonShare = 0.1

/**
 * How many words of the texts of one column have a vector, which frequent ones have none, and what is nearest to a few of the
 * others by the cosine of their vectors: the most frequent ones, those of more than a tenth of the rows last. `texts` are
 * those that `raw` was read from.
 */
export async function describeVectors(
  raw: Pick<RawVectors, 'name' | 'step' | 'table' | 'counted' | 'vectors'>,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Vectors> {
  const places = new Map([...new Set(raw.counted.ids)].map((place) => [raw.table.text(place, ''), place]))
  const words = await tallyWords(texts, raw.step.lowercase, signal)
  const known = words.filter(({ word }) => places.has(word))
  const unknown = words.filter(({ word }) => !places.has(word)).sort((a, b) => b.rows - a.rows || byWord(a, b))
  const isCommon = ({ rows }: WordTally) => Number(rows > commonShare * texts.length)
  const asked = [...known].sort((a, b) => isCommon(a) - isCommon(b) || b.times - a.times || byWord(a, b)).slice(0, most.asked)
  const nearest = await nearestWords(
    raw,
    asked.map(({ word }) => places.get(word) ?? 0),
    signal,
  )
  return {
    part: 'vectors',
    column: raw.name,
    weighting: raw.step.weighting,
    dimensions: raw.step.dimensions,
    known: sumOf(known),
    unknown: sumOf(unknown),
    unknownWords: unknown.slice(0, most.unknown).map(({ word, rows }) => ({ word, rows })),
    neighbours: asked.map(({ word, rows }, i) => ({ word, rows, nearest: nearest[i] ?? [] })),
  }
}

async function tallyWords(texts: readonly string[], lowercase: boolean, signal: AbortSignal | undefined): Promise<WordTally[]> {
  const counter = new TermCounter(wordForm(lowercase))
  const { ids, counts } = await countTexts(counter, texts, signal)
  const tallies = Array.from({ length: counter.table.size }, (_, id) => ({ word: counter.table.text(id, ''), rows: 0, times: 0 }))
  for (const [j, id] of ids.entries()) {
    const tally = tallies[id]
    if (!tally) continue
    tally.rows += 1
    tally.times += counts[j] ?? 0
  }
  return tallies
}

/** Of each word asked for, the other words that are nearest, nearest first; none for a vector of zeros, which has no direction. */
async function nearestWords(
  { table, vectors, step: { dimensions } }: Pick<RawVectors, 'table' | 'vectors' | 'step'>,
  asked: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Vectors['neighbours'][number]['nearest'][]> {
  const pace = openPace(signal)
  const cosines = asked.map(() => new Float64Array(table.size))
  for (let word = 0; word < table.size; word++) {
    for (const [i, place] of asked.entries()) {
      const own = cosines[i]
      if (own) own[word] = word === place ? Number.NEGATIVE_INFINITY : cosineOf(vectors, dimensions, word, place)
    }
    if (pace.isDue(3 * dimensions * asked.length)) await pace.pause()
  }
  return cosines.map((own) => {
    const order = Int32Array.from(own.keys()).filter((word) => Number.isFinite(own[word]))
    order.sort((a, b) => (own[b] ?? 0) - (own[a] ?? 0) || a - b)
    return Array.from(order.subarray(0, most.nearest), (word) => ({ word: table.text(word, ''), cosine: own[word] ?? 0 }))
  })
}

function cosineOf(vectors: Float32Array, dimensions: number, a: number, b: number): number {
  const [fromA, fromB] = [a * dimensions, b * dimensions]
  let [product, sizeA, sizeB] = [0, 0, 0]
  for (let i = 0; i < dimensions; i++) {
    const [x, y] = [vectors[fromA + i] ?? 0, vectors[fromB + i] ?? 0]
    product += x * y
    sizeA += x * x
    sizeB += y * y
  }
  return product / Math.sqrt(sizeA * sizeB)
}

const sumOf = (words: readonly WordTally[]) => ({ words: words.length, times: words.reduce((sum, { times }) => sum + times, 0) })

const byWord = (a: WordTally, b: WordTally) => (a.word < b.word ? -1 : 1)

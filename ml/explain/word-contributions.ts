import { type FittedFeatures, termsByPlace } from '#ml/features/fitted-features'
import { type Fold, foldFor } from '#ml/features/fold-characters'
import type { TextBlock } from '#ml/features/text-block'

/** A stretch of a text, and what its word added; null of what is no word that counts. */
export type TextPart = { text: string; contribution: number | null }

/**
 * What each word of a text added: every n-gram's contribution is dealt in equal parts to its occurrences and their words.
 * `terms` [terms] as explained. Empty when the model reads no words of the column, or reads them hashed or by characters.
 */
export function wordContributions(features: FittedFeatures, column: string, text: string, terms: Float64Array): TextPart[] {
  const blocks = features.blocks.filter(
    (block): block is TextBlock => block.kind === 'text' && block.name === column && block.form.unit === 'word' && block.hashBits === null,
  )
  if (blocks.length === 0) return []
  const termAt = termsByPlace(features)
  const sums = new Map<number, { end: number; sum: number }>()
  for (const block of blocks) {
    const words = findWords(text, foldFor('word', block.form.lowercase))
    const found = findTerms(block, words)
    for (const { term, at, length, occurrences } of found) {
      const place = block.offset + term
      const own = termAt ? (termAt[place] ?? -1) : place
      if (own < 0) continue
      for (const { start, end } of words.slice(at, at + length)) {
        const before = sums.get(start) ?? { end, sum: 0 }
        sums.set(start, { end, sum: before.sum + (terms[own] ?? 0) / (occurrences * length) })
      }
    }
  }
  const parts: TextPart[] = []
  let from = 0
  for (const [start, { end, sum }] of [...sums].sort(([a], [b]) => a - b)) {
    if (start > from) parts.push({ text: text.slice(from, start), contribution: null })
    parts.push({ text: text.slice(start, end), contribution: sum })
    from = end
  }
  if (from < text.length) parts.push({ text: text.slice(from), contribution: null })
  return parts
}

type Word = { start: number; end: number; units: Uint16Array }

/** Runs of at least two word characters, folded, as TermCounter reads them. */
function findWords(text: string, fold: Fold): Word[] {
  const words: Word[] = []
  let units: number[] = []
  let points = 0
  let start = 0
  const close = (end: number) => {
    if (points >= 2) words.push({ start, end, units: Uint16Array.from(units) })
    units = []
    points = 0
  }
  for (let i = 0; i < text.length; i++) {
    const codePoint = text.codePointAt(i) ?? 0
    if (codePoint === 0) {
      close(i)
      return words
    }
    const folded = codePoint > 0xffff ? fold.foldAbove(codePoint) : (fold.units[codePoint] ?? 0)
    if (folded === 0) close(i)
    else {
      if (points === 0) start = i
      points += 1
      const character = String.fromCodePoint(folded)
      for (let unit = 0; unit < character.length; unit++) units.push(character.charCodeAt(unit))
    }
    if (codePoint > 0xffff) i += 1
  }
  close(text.length)
  return words
}

/** Where the block's terms stand in the words, each with how often it does. */
function findTerms({ table, local, form }: TextBlock, words: readonly Word[]) {
  const pieces = words.map(({ units }) => table.piece(units, 0, units.length, false))
  const found: { term: number; at: number; length: number }[] = []
  const counts = new Map<number, number>()
  for (const [at, first] of pieces.entries()) {
    let id = first
    for (let length = 1; length <= form.max && id >= 0; length++) {
      const term = length >= form.min ? (local[id] ?? -1) : -1
      if (term >= 0) {
        found.push({ term, at, length })
        counts.set(term, (counts.get(term) ?? 0) + 1)
      }
      const next = pieces[at + length] ?? -1
      id = next < 0 ? -1 : table.extend(id, next, false)
    }
  }
  return found.map((each) => ({ ...each, occurrences: counts.get(each.term) ?? 1 }))
}

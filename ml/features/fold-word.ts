import { foldFor } from './fold-characters'

/**
 * A word as the words of texts are read, in lower case where those are; null when no text can hold it: a single character, or one
 * with a character that separates words.
 */
export function foldWord(word: string, lowercase: boolean): string | null {
  const { units, foldAbove } = foldFor('word', lowercase)
  const folded: number[] = []
  for (const character of word) {
    const codePoint = character.codePointAt(0) ?? 0
    const as = codePoint > 0xffff ? foldAbove(codePoint) : (units[codePoint] ?? 0)
    if (as === 0) return null
    folded.push(as)
  }
  return folded.length < 2 ? null : String.fromCodePoint(...folded)
}

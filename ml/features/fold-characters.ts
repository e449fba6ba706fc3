import { wordRanges } from './word-characters'

/**
 * What each character becomes before n-grams are taken: itself, its lower case, or a separator. One table for all of
 * the Basic Multilingual Plane; characters above it are rare and looked up in the ranges.
 */

/** Characters beside letters and digits that character n-grams keep: ASCII and general punctuation, currency, pictures. */
export const symbolRanges: readonly (readonly [number, number])[] = [
  [0x21, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x5e],
  [0x60, 0x60],
  [0x7b, 0x7e],
  [0xa1, 0xa9],
  [0xab, 0xac],
  [0xae, 0xb1],
  [0xb4, 0xb4],
  [0xb6, 0xb8],
  [0xbb, 0xbb],
  [0xbf, 0xbf],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x20a0, 0x20bf],
  [0x2190, 0x21ff],
  [0x2600, 0x27bf],
  [0x1f300, 0x1faff],
]

export type Fold = {
  /** Per UTF-16 unit: the folded unit, or 0 for a separator. Surrogates are 0 here; see `foldAbove`. */
  units: Uint16Array
  /** A code point above U+FFFF, folded, or 0 for a separator. */
  foldAbove(codePoint: number): number
}

/** The lower case on which JavaScript, native and wasm ONNX Runtime agree: one code point for one code point. */
export function lowerCodePoint(codePoint: number): number {
  if (codePoint === 0x130) return 0x69 // JavaScript adds a combining dot, towlower does not
  return String.fromCodePoint(codePoint).toLowerCase().codePointAt(0) ?? codePoint
}

const folds = new Map<string, Fold>()
/** Characters that are looked at together. */
const chunk = 256

/** Whether lower case changes any of the characters of the Basic Multilingual Plane. */
function hasCapitals(from: number, to: number): boolean {
  const text = String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, i) => from + i))
  return text.toLowerCase() !== text
}

/** The table for words, or for character n-grams (words and symbols). Built at first use: 128 kB, a few milliseconds. */
export function foldFor(unit: 'word' | 'char', lowercase: boolean): Fold {
  const key = `${unit} ${lowercase}`
  const known = folds.get(key)
  if (known) return known
  const ranges = unit === 'word' ? wordRanges : [...wordRanges, ...symbolRanges].sort((a, b) => a[0] - b[0])
  const fold = (codePoint: number) => (lowercase ? lowerCodePoint(codePoint) : codePoint)
  const units = new Uint16Array(0x10000)
  for (const [first, last] of ranges) {
    for (let from = first; from <= Math.min(last, 0xffff); from += chunk) {
      const to = Math.min(from + chunk - 1, last, 0xffff)
      // most scripts have no capitals, which one look at many characters tells
      if (lowercase && hasCapitals(from, to)) for (let c = from; c <= to; c++) units[c] = lowerCodePoint(c)
      else for (let c = from; c <= to; c++) units[c] = c
    }
  }
  const high = ranges.filter(([, last]) => last > 0xffff)
  const made: Fold = {
    units,
    foldAbove: (codePoint) => (high.some(([first, last]) => codePoint >= first && codePoint <= last) ? fold(codePoint) : 0),
  }
  folds.set(key, made)
  return made
}

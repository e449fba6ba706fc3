import { formatSigned } from '#core/words/format'
import type { TextPart } from '#ml/explain/word-contributions'

type WordRun = {
  /** Where it begins in the text. */
  at: number
  text: string
  /** From 0, no shade, to 1, the most. */
  shade: number
  isTowards: boolean
  words: string
}

const mostChars = 4_000
/** Weaker words than this share of the strongest stay plain. */
const weakest = 0.08

/** Decides how strongly each word of a text is shaded; `more` characters are left out at the end. */
export function prepareWords(parts: readonly TextPart[]): { runs: WordRun[]; more: number } {
  const largest = Math.max(0, ...parts.map(({ contribution }) => Math.abs(contribution ?? 0)))
  const runs: WordRun[] = []
  let at = 0
  let more = 0
  for (const { text, contribution } of parts) {
    if (at >= mostChars) {
      more += text.length
      continue
    }
    const amount = contribution ?? 0
    const shade = largest > 0 ? Math.abs(amount) / largest : 0
    runs.push({
      at,
      text,
      shade: shade < weakest ? 0 : shade,
      isTowards: amount >= 0,
      words: formatSigned(amount, (size) => size.toPrecision(2)),
    })
    at += text.length
  }
  return { runs, more }
}

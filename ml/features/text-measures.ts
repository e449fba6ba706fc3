import { type TextStatistic, textStatistics } from '#core/ports/plan'

/** Kinds of characters, in the order of their codes; ml/onnx/export-text-measures.ts counts by the same lists. */
export const characterKinds = ['other', 'space', 'capital', 'digit', 'punctuation', 'exclamation', 'question', 'none'] as const
type CharacterKind = (typeof characterKinds)[number]

/** Stands for no character in a model, so here too. */
const noCharacter = '\u0001'

/** Every character that is not `other`. Capitals are those of Latin, Greek and Cyrillic, which no edition of Unicode moves any more. */
export const kindOfCharacter: ReadonlyMap<string, number> = new Map(
  (
    [
      ['space', ' \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'],
      ['capital', capitals()],
      ['digit', '0123456789'],
      ['punctuation', '"#$%&\'()*+,-./:;<=>@[\\]^_`{|}~¡¿«»‘’“”„–—…'],
      ['exclamation', '!'],
      ['question', '?'],
      ['none', noCharacter],
    ] as const satisfies readonly (readonly [CharacterKind, string])[]
  ).flatMap(([kind, characters]) => [...characters].map((character) => [character, characterKinds.indexOf(kind)] as const)),
)

/** What is counted in a text; every statistic is made of these. */
type Counts = Record<'characters' | 'visible' | 'words' | 'capitals' | 'digits' | 'punctuation' | 'exclamations' | 'questions', number>

/** Each statistic of each text, float32. */
export type TextMeasures = Record<TextStatistic, Float32Array>

/** Reads all statistics off the texts. */
export function measureTexts(texts: readonly string[]): TextMeasures {
  const values = () => new Float32Array(texts.length)
  const measures: TextMeasures = {
    characters: values(),
    words: values(),
    'word-length': values(),
    capitals: values(),
    digits: values(),
    punctuation: values(),
    exclamations: values(),
    questions: values(),
  }
  for (const [row, text] of texts.entries()) {
    const counts = countCharacters(text)
    for (const statistic of textStatistics) measures[statistic][row] = statisticOf(counts, statistic)
  }
  return measures
}

function countCharacters(text: string): Counts {
  const counts: Counts = { characters: 0, visible: 0, words: 0, capitals: 0, digits: 0, punctuation: 0, exclamations: 0, questions: 0 }
  let isInside = false
  for (const character of text) {
    const kind = characterKinds[kindOfCharacter.get(character) ?? 0] ?? 'other'
    const isVisible = kind !== 'space' && kind !== 'none'
    if (kind !== 'none') counts.characters += 1
    if (isVisible) counts.visible += 1
    if (isVisible && !isInside) counts.words += 1
    isInside = isVisible
    if (kind === 'capital') counts.capitals += 1
    else if (kind === 'digit') counts.digits += 1
    else if (kind === 'exclamation') counts.exclamations += 1
    else if (kind === 'question') counts.questions += 1
    if (kind === 'punctuation' || kind === 'exclamation' || kind === 'question') counts.punctuation += 1
  }
  return counts
}

function statisticOf(counts: Counts, statistic: TextStatistic): number {
  switch (statistic) {
    case 'characters':
    case 'words':
    case 'exclamations':
    case 'questions':
      return counts[statistic]
    case 'word-length':
      return counts.visible / Math.max(1, counts.words)
    case 'capitals':
    case 'digits':
    case 'punctuation':
      return counts[statistic] / Math.max(1, counts.visible)
  }
}

function capitals(): string {
  const first = 0x41
  const afterCyrillic = 0x530
  return Array.from({ length: afterCyrillic - first }, (_, i) => String.fromCharCode(first + i))
    .filter((character) => character.toLowerCase() !== character)
    .join('')
}

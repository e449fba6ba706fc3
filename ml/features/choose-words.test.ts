import { expect, test } from 'vitest'
import { AppError } from '#core/errors/app-error'
import { chooseWords, countWords } from './choose-words'

const source = ['the', ',', 'Card', 'card', 'bank', null, 'pin', 'a', 'bank', 'zoo', 'Bank']
const texts = ['My card, the CARD', 'the pin? card', 'strange']

test('words of the texts come first, by count, then the first others of the source', async () => {
  const counts = await countWords([texts], true)
  expect(Object.fromEntries(counts)).toEqual({ my: 1, card: 3, the: 2, pin: 1, strange: 1 })
  const chosen = await chooseWords(source, counts, { lowercase: true, most: 4 })
  expect(chosen.words).toEqual(['card', 'the', 'pin', 'bank'])
  // the spelling in lower case, although another one stands before it
  expect([...chosen.places]).toEqual([3, 0, 6, 4])
  expect(chosen.found).toEqual({ words: 3, occurrences: 6, of: { words: 5, occurrences: 8 } })
  expect(chosen.unknown).toEqual(['my', 'strange'])
  expect(chosen.left).toEqual({ repeated: 3, unreadable: 3 })
})

test('the most frequent words win where there is no room for all', async () => {
  const { words, found } = await chooseWords(source, await countWords([texts], true), { lowercase: true, most: 2 })
  expect(words).toEqual(['card', 'the'])
  expect(found.words).toBe(3)
})

test('capitals count where they are told to', async () => {
  const counts = await countWords([texts], false)
  const { words } = await chooseWords(source, counts, { lowercase: false, most: 100 })
  expect(words).toEqual(['card', 'the', 'pin', 'Card', 'bank', 'zoo', 'Bank'])
})

test('several columns count together, and an abort is heard', async () => {
  expect((await countWords([['red'], ['red', 'blue']], true)).get('red')).toBe(2)
  const late = chooseWords(source, new Map(), { lowercase: true, most: 1, signal: AbortSignal.abort() })
  await expect(late).rejects.toBeInstanceOf(AppError)
})

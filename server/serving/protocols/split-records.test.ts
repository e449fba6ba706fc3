import { describe, expect, it } from 'vitest'
import { splitRecords } from './split-records'

async function split(text: string, most = 1000): Promise<unknown[]> {
  const records = await splitRecords(Buffer.from(text), most)
  return Array.from({ length: records.count }, (_, i) => JSON.parse(records.textOf(i)))
}

describe('finds the records of', () => {
  const tricky = [{ a: '],[{"\\' }, [1, [2, '}']], 'x,y', 3, null, { 'ü\u2028': '\\"' }, {}]
  it('an array, whatever its texts hold', async () => {
    expect(await split(JSON.stringify(tricky))).toEqual(tricky)
    expect(await split(` \n${JSON.stringify(tricky, null, 2)}\n`)).toEqual(tricky)
  })
  it('lines, of any system, with empty ones between', async () => {
    expect(await split('{"a":1}\n\r\n {"a":2}\r\n[3]')).toEqual([{ a: 1 }, { a: 2 }, [3]])
  })
  it('a body larger than what is scanned at once', async () => {
    const many = Array.from({ length: 40_000 }, (_, i) => ({ text: `number ${i}`.repeat(8), i }))
    expect(await split(JSON.stringify(many), 100_000)).toEqual(many)
  })
  it('random JSON, as JSON.parse does', async () => {
    let seed = 7
    const next = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % n
    }
    const value = (depth: number): unknown => {
      const kind = next(depth > 4 ? 4 : 6)
      if (kind < 3) return ['"\\[]{},', next(1000), null][kind]
      if (kind === 3) return '\\"'.repeat(next(4))
      const inner = Array.from({ length: next(4) }, () => value(depth + 1))
      return kind === 4 ? inner : Object.fromEntries(inner.map((each, i) => [`k"${i}`, each]))
    }
    for (let i = 0; i < 200; i++) {
      const records = Array.from({ length: 1 + next(5) }, () => value(0))
      expect(await split(JSON.stringify(records))).toEqual(records)
    }
  })
})

it.each([
  ['', /no record/],
  ['[]', /no record/],
  ['[ \n ]', /no record/],
  ['[1,,2]', /record 2 is missing beside a comma/],
  ['[1,]', /record 2 is missing beside a comma/],
  ['[,1]', /record 1 is missing beside a comma/],
  ['[{"a":1}', /ends inside record 1/],
  ['["a', /ends inside record 1/],
  ['[1] 2', /something follows the array/],
  [`[${'['.repeat(70)}${']'.repeat(70)}]`, /deeper than 64/],
  ['[1,2,3,4]', /more than 3 records/],
  ['1\n2\n3\n4', /more than 3 records/],
])('refuses %s', async (text, words) => {
  await expect(split(text, 3)).rejects.toThrow(words)
})

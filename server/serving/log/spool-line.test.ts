import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { crc32, crc32ByTable } from './crc32'
import { hashInput, lineToKeep } from './keep-inputs'
import { writeLine } from './spool-line'
import { keep, readWhole, row, seen } from './testing'

describe('the sum of a line', () => {
  // 0xcbf43926 is the check value of CRC-32/ISO-HDLC in the catalogue of CRC algorithms.
  it.each([
    ['123456789', 0xcbf43926],
    ['', 0],
  ])('of %j is the known one', (text, sum) => {
    expect(crc32(text)).toBe(sum)
    expect(crc32ByTable(text)).toBe(sum)
  })
  it('is the same with and without the help of zlib', () => {
    for (const text of ['ä€😀', '\u0000', 'x'.repeat(10_000), JSON.stringify(seen())]) expect(crc32ByTable(text)).toBe(zlib.crc32(text))
  })
})

const lines = [seen(), seen({ status: 422, rows: [] }), seen({ rows: [row({ input: { body: 'ä\u0000 \ud800 "\\', hour: null } })] })].map(
  lineToKeep,
)
const text = writeLine({ kind: 'batch', id: 'a/1' }) + lines.map(writeLine).join('')

describe('reading', () => {
  it('gives back what was written, in what Postgres can store', () => {
    const file = readWhole(text)
    expect(file).toMatchObject({ batch: 'a/1', complete: 4, damaged: [] })
    expect(file.lines.map(({ at }) => at)).toEqual([1, 2, 3])
    expect(file.lines[0]?.line).toEqual(lines[0])
    expect(file.lines[2]?.line).toMatchObject({ rows: [{ input: { body: 'ä\ufffd \ufffd "\\', hour: null } }] })
  })

  it('a file cut at any byte has whole lines and at most one that is set aside, never half a line', () => {
    const bytes = Buffer.from(text)
    const whole = text.split('\n').map((line) => line)
    for (let cut = 0; cut < bytes.length; cut += 7) {
      const { lines: read, damaged } = readWhole(bytes.subarray(0, cut).toString('utf8'))
      expect(damaged.length).toBeLessThanOrEqual(1)
      for (const { at } of read) expect(bytes.subarray(0, cut + 1).toString('utf8')).toContain(whole[at] ?? 'never')
    }
  })

  it('a flipped bit costs its own line and no other', () => {
    const bytes = Buffer.from(text)
    const starts = [...text.matchAll(/\n/g)].map(({ index }) => Buffer.byteLength(text.slice(0, index + 1)))
    const [from = 0, to = 0] = starts
    for (let at = from; at < to - 1; at += 3) {
      const rotten = Buffer.from(bytes)
      rotten[at] = (rotten[at] ?? 0) ^ 1
      const { lines: read, damaged } = readWhole(rotten.toString('utf8'))
      expect(damaged.length).toBeGreaterThanOrEqual(1)
      expect(read.map(({ line }) => line)).toEqual(
        readWhole(text)
          .lines.slice(1)
          .map(({ line }) => line),
      )
    }
  })

  it('lines of the version before, which had no sums', () => {
    const old = `${JSON.stringify({ ...lines[0], kind: undefined })}\n{"deploymentId":"x","rows":[`
    expect(readWhole(old)).toMatchObject({ batch: null, lines: [{ at: 0 }], damaged: ['{"deploymentId":"x","rows":['] })
  })
})

describe('what may be kept', () => {
  const secret = 'call me at 555-0199'
  const private_ = (inputs: Parameters<typeof keep>[0], share?: number) =>
    lineToKeep(
      seen({
        keep: keep(inputs, share),
        rows: Array.from({ length: 400 }, (_, i) => row({ id: `p_${i}`, input: { body: secret, hour: 20 }, review: true })),
      }),
    )

  it('whole: everything', () => {
    expect(private_('whole').rows.every((one) => one.input?.body === secret && one.review)).toBe(true)
  })
  it.each(['hashed', 'none'] as const)('%s: bins, and no word of the input', (inputs) => {
    const line = private_(inputs)
    expect(JSON.stringify(line)).not.toContain('555')
    expect(line.rows[0]).toEqual({
      id: 'p_0',
      label: 'spam',
      confidence: 0.9,
      bins: [1, 1],
      ...(inputs === 'hashed' ? { hash: hashInput({ hour: 20, body: secret }) } : {}),
    })
  })
  it('sampled: the stated share, and the same one whenever it is asked', () => {
    const kept = private_('sampled', 25).rows.filter((one) => one.input)
    expect(kept.length).toBeGreaterThan(60)
    expect(kept.length).toBeLessThan(140)
    expect(
      private_('sampled', 25)
        .rows.filter((one) => one.input)
        .map(({ id }) => id),
    ).toEqual(kept.map(({ id }) => id))
    expect(private_('sampled', 100).rows.every((one) => one.input)).toBe(true)
    // What nobody can look at is no item for review.
    expect(private_('sampled', 25).rows.filter((one) => one.review).length).toBe(kept.length)
  })
  it('a hash is that of the input whatever the order of its fields, and tells inputs apart', () => {
    expect(hashInput({ a: 1, b: null })).toBe(hashInput({ b: null, a: 1 }))
    expect(new Set([{ a: 1, b: null }, { a: '1', b: null }, { a: 1, b: '' }, { a: 1 }].map((input) => hashInput(input))).size).toBe(4)
    // sha256 of [["a",1],["b",null]]
    expect(hashInput({ a: 1, b: null })).toMatch(/^[0-9a-f]{64}$/)
  })
})

import { expect, it } from 'vitest'
import { withOnePartBlob } from './one-part-blob'

const parts = () => ['é\n', Uint8Array.of(1, 2, 3).subarray(1), new Uint16Array([0x0201]), Uint8Array.of(9).buffer, '\ud800']

it('holds the bytes that the Blob of the platform holds, and gives that one back', async () => {
  const own = globalThis.Blob
  const expected = new Blob(parts(), { type: 'text/x' })
  await withOnePartBlob(async () => {
    const made = new Blob(parts(), { type: 'text/x' })
    expect(made).toBeInstanceOf(own)
    expect([made.size, made.type]).toEqual([expected.size, expected.type])
    expect(await made.arrayBuffer()).toEqual(await expected.arrayBuffer())
    expect(await new Blob(['a', made]).arrayBuffer()).toEqual(await new own(['a', expected]).arrayBuffer())
    expect(new Blob().size).toBe(0)
  })
  expect(globalThis.Blob).toBe(own)
  await expect(withOnePartBlob(() => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped')
  expect(globalThis.Blob).toBe(own)
})

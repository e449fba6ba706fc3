import { expect, test } from 'vitest'
import { seal, unseal } from './seal'

const key = 'a key of at least thirty-two characters'

test('a sealed value comes back, and never looks the same twice', () => {
  const sealed = seal('pepper ünïcode', key)
  expect(unseal(sealed, key, 'pepper')).toBe('pepper ünïcode')
  expect(seal('pepper ünïcode', key)).not.toBe(sealed)
  expect(sealed).not.toContain('pepper')
})

test('another key gives a sentence that names the secret', () => {
  expect(() => unseal(seal('x', key), `${key}!`, 'pii-key')).toThrow(/secret "pii-key" cannot be read/)
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readEnv } from './env'

test('every variable stands in the table of the README', () => {
  const readme = readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')
  const source = readFileSync(fileURLToPath(new URL('./env.ts', import.meta.url)), 'utf8')
  const names = [...source.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(10)
  for (const name of names) expect(readme).toMatch(new RegExp(`^\\| ${name} +\\|`, 'm'))
})

test.each([
  [{ STAGELINE_PORT: 'many' }, 'STAGELINE_PORT'],
  [{ STAGELINE_PORT: '99999' }, 'STAGELINE_PORT'],
  [{ DATABASE_URL: 'here' }, 'DATABASE_URL'],
  [{ STAGELINE_SECRET: 'short' }, 'STAGELINE_SECRET'],
  [{ STAGELINE_CONCURRENCY: '0' }, 'STAGELINE_CONCURRENCY'],
  [{ STAGELINE_THREADS: 'all' }, 'STAGELINE_THREADS'],
  [{ STAGELINE_GATEWAY_ORIGINS: 'https://shop.example/path' }, 'STAGELINE_GATEWAY_ORIGINS'],
  [{ STAGELINE_GATEWAY_ORIGINS: '*' }, 'STAGELINE_GATEWAY_ORIGINS'],
  [{ STAGELINE_PRIVATE_URLS: 'maybe' }, 'STAGELINE_PRIVATE_URLS'],
  [{ STAGELINE_LOG_LEVEL: 'loud' }, 'STAGELINE_LOG_LEVEL'],
])('%j is a sentence that names the variable', (source, name) => {
  expect(() => readEnv(source)).toThrow(new RegExp(`^The environment variable ${name} is not valid: .*\\.$`))
})

test('a wrong number is told what would be right', () => {
  for (const wrong of ['many', '1.5', '99999']) {
    expect(() => readEnv({ STAGELINE_PORT: wrong })).toThrow('STAGELINE_PORT is not valid: it must be a whole number from 0 to 65535.')
  }
})

test('addresses inside the network are closed to workflows unless somebody opens them; an empty value is none', () => {
  expect(readEnv({}).STAGELINE_PRIVATE_URLS).toBe(false)
  expect(readEnv({ STAGELINE_PRIVATE_URLS: '' }).STAGELINE_PRIVATE_URLS).toBe(false)
  expect(readEnv({ STAGELINE_PRIVATE_URLS: '1' }).STAGELINE_PRIVATE_URLS).toBe(true)
})

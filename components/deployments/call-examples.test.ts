import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { callExample, exampleRecord } from './call-examples.ts'

const record = { subject: 'It\'s "here"', body: 'line\nbreak 💥', hour: null }

it('cuts long texts between characters', () => {
  expect(exampleRecord([{ name: 'body', type: 'text', example: `${'💥'.repeat(80)}` }])).toEqual({ body: `${'💥'.repeat(60)}…` })
})

it('quotes for the shell so that curl gets the JSON unharmed', () => {
  const line = callExample('curl', { url: 'http://127.0.0.1:4401/v1/x/predict', record, task: 'classification' })
  const seen = execFileSync('sh', ['-c', line.replace(/^curl/, 'printf "%s\\n--\\n"')], {
    env: { ...process.env, STAGELINE_KEY: 'k' },
  })
  expect(JSON.parse(seen.toString().split('\n--\n').at(-2) ?? '')).toEqual(record)
})

it('writes programs that say the same', () => {
  expect(callExample('TypeScript', { url: 'u', record, task: 'classification' })).toContain(JSON.stringify(record))
  expect(callExample('Python', { url: 'u', record, task: 'classification' })).toContain('"hour": None')
})

it.each(['TypeScript', 'Python'] as const)('reads the number of a regressor in %s', (language) => {
  const code = callExample(language, { url: 'u', record, task: 'regression' })
  expect(code).toContain('value')
  expect(code).not.toMatch(/label|confidence/)
})

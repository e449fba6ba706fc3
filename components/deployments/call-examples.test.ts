import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { SignatureInput } from '#core/model/signature'
import { callExample, callUrl, exampleRecord, languages } from './call-examples.ts'

const record = { subject: 'It\'s "here"', body: 'line\nbreak 💥', hour: null }
const inputs: SignatureInput[] = [
  { name: 'subject', type: 'category', example: '' },
  { name: 'body', type: 'text', example: '' },
  { name: 'hour', type: 'number', example: 3 },
]
const example = { url: 'http://127.0.0.1:4401/v1/x/predict', record, inputs, task: 'classification' as const }
const tensors = {
  inputs: [
    { name: 'subject', shape: [1, 1], datatype: 'BYTES', data: ['It\'s "here"'] },
    { name: 'body', shape: [1, 1], datatype: 'BYTES', data: ['line\nbreak 💥'] },
    { name: 'hour', shape: [1, 1], datatype: 'FP32', data: [null] },
  ],
}

it('cuts long texts between characters', () => {
  expect(exampleRecord([{ name: 'body', type: 'text', example: `${'💥'.repeat(80)}` }])).toEqual({ body: `${'💥'.repeat(60)}…` })
})

it.each([
  ['JSON', record],
  ['v2', tensors],
] as const)('quotes %s for the shell so that curl gets it unharmed', (protocol, body) => {
  const line = callExample('curl', protocol, example)
  const seen = execFileSync('sh', ['-c', line.replace(/^curl/, 'printf "%s\\n--\\n"')], {
    env: { ...process.env, STAGELINE_KEY: 'k' },
  })
  expect(JSON.parse(seen.toString().split('\n--\n').at(-2) ?? '')).toEqual(body)
})

it('writes programs that say the same', () => {
  expect(callExample('TypeScript', 'JSON', example)).toContain(JSON.stringify(record))
  expect(callExample('TypeScript', 'v2', example)).toContain(JSON.stringify(tensors))
  expect(callExample('Python', 'JSON', example)).toContain('"hour": None')
  expect(callExample('Python', 'v2', example)).toContain('"datatype": "FP32", "data": [None]')
})

it('knows where each protocol is served', () => {
  expect(callUrl('http://h', 'x', 'JSON')).toBe('http://h/v1/x/predict')
  expect(callUrl('http://h', 'x', 'v2')).toBe('http://h/v2/models/x/infer')
})

describe('of a regressor', () => {
  it.each(languages)('%s reads the number', (language) => {
    for (const protocol of ['JSON', 'v2'] as const) {
      const code = callExample(language, protocol, { ...example, task: 'regression' })
      if (language === 'TypeScript' || protocol === 'JSON') expect(code.replace(/curl.*/s, 'value')).toContain('value')
      expect(code).not.toMatch(/\blabel|confidence/)
    }
  })
})

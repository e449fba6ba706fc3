import { expect, test } from 'vitest'
import { changeWords, objectWords } from './audit-words.ts'

const v1 = { versionId: 'fcfae33f-0000-4000-8000-000000000001', version: 1 }
const v2 = { versionId: 'ab12cd34-0000-4000-8000-000000000002', version: 2 }

test.each<[before: unknown, after: unknown, words: string]>([
  [null, { name: 'helpdesk', deployments: null }, 'name: helpdesk'],
  [{ name: 'helpdesk' }, null, 'name: helpdesk'],
  [null, null, ''],
  [{ role: 'viewer', email: 'a@b.c' }, { role: 'lead', email: 'a@b.c' }, 'role: viewer → lead'],
  [{ number: 1 }, { number: 2, hash: 'c'.repeat(64) }, 'number: 1 → 2; hash: cccccccc'],
  [{ enabled: true }, { enabled: false }, 'enabled: yes → no'],
  [{ limit: null }, { limit: 0.2 }, 'limit: none → 0.2'],
  [
    { release: 1, lowConfidence: 0.6, routes: [{ ...v1, weight: 100 }] },
    {
      release: 2,
      lowConfidence: 0.5,
      routes: [
        { ...v1, weight: 80 },
        { ...v2, weight: 20 },
      ],
    },
    'release: 1 → 2; low confidence: 0.6 → 0.5; routes: v1 100 % → v1 80 %, v2 20 %',
  ],
  [null, { routes: [{ versionId: v1.versionId, weight: 100 }] }, 'routes: fcfae33f 100 %'],
  [null, { rate: 20, shifts: [], scope: { kind: 'all' } }, 'rate: 20; shifts: none; scope: kind all'],
  [
    null,
    {
      metrics: [
        { name: 'accuracy', value: 0.9416666666, better: 'higher' },
        { name: 'rows', value: 120 },
      ],
    },
    'metrics: accuracy 0.9417, rows 120',
  ],
  [null, { note: 'x'.repeat(70) }, `note: ${'x'.repeat(60)}…`],
])('%j and %j are "%s"', (before, after, words) => {
  expect(changeWords(before, after)).toBe(words)
})

test('names stay whole, ids are cut', () => {
  expect(objectWords('email-triage')).toBe('email-triage')
  expect(objectWords(v1.versionId)).toBe('fcfae33f')
})

import { expect, test } from 'vitest'
import { benchModuleName } from './bench'
import { writeSection } from './write-section'

const result = { what: 'Requests a second.', figures: [{ name: 'gateway', value: 12_345.6, unit: 'req/s', bar: '0.4x bare' }], missed: [] }

test('a section is added once and then replaced in place', () => {
  const start = '# Benchmarks\n\nHow they run.\n'
  const one = writeSection(start, 'gateway', result, 'a laptop, 2026-01-01')
  expect(one).toContain('| gateway | 12,346 req/s | 0.4x bare |')
  const two = writeSection(one, 'engine', { ...result, missed: ['60 ms a stage'] }, 'a laptop')
  const again = writeSection(two, 'gateway', { ...result, what: 'Measured anew.' }, 'a desktop, 2026-02-02')
  expect(again.match(/^## /gm)).toHaveLength(2)
  expect(again).toContain('Measured anew.')
  expect(again).not.toContain('2026-01-01')
  expect(again).toContain('Missed: 60 ms a stage.')
  expect(again.startsWith('# Benchmarks\n\nHow they run.\n\n## gateway\n')).toBe(true)
  expect(again).toContain('2026-02-02.\n\n## engine\n')
})

test('only benchmarks are found in the folder', () => {
  expect(
    ['main.ts', 'bench.ts', 'write-section.ts', 'write-section.test.ts', 'parts-server.ts', 'gateway.ts', 'notes.md'].map(benchModuleName),
  ).toEqual([null, null, null, null, null, 'gateway', null])
})

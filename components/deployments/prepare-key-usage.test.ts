import { expect, test } from 'vitest'
import { prepareKeyUsage } from './prepare-key-usage.ts'

const line = (day: string, deployment: string, requests: number, limited = 0, failed = 0) => ({
  day,
  deployment,
  requests,
  rows: requests * 2,
  limited,
  failed,
})

test('every day of the range has its place, and requests are told by how they ended', () => {
  const { total, chart, deployments } = prepareKeyUsage({
    from: '2026-02-27',
    to: '2026-03-02',
    days: [line('2026-02-28', 'a', 10, 2, 1), line('2026-02-28', 'b', 5), line('2026-03-02', 'b', 30, 30)],
  })
  expect(chart.days).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'])
  expect(chart.layers.map(({ name, values }) => [name, values])).toEqual([
    ['answered', [0, 12, 0, 0]],
    ['limited', [0, 2, 0, 30]],
    ['failed', [0, 1, 0, 0]],
  ])
  expect(total).toEqual({ requests: 45, rows: 90, limited: 32, failed: 1, answered: 12 })
  expect(deployments.map(({ deployment, requests, answered }) => [deployment, requests, answered])).toEqual([
    ['b', 35, 5],
    ['a', 10, 7],
  ])
})

test('a key that asked for nothing has days and no deployments', () => {
  const { total, chart, deployments } = prepareKeyUsage({ from: '2026-03-02', to: '2026-03-02', days: [] })
  expect(chart.days).toHaveLength(1)
  expect([total.requests, deployments]).toEqual([0, []])
})

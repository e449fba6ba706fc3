import { expect, test } from 'vitest'
import type { LearningCurveReport } from '#core/reports/learning-curve'
import { prepareLearningCurve } from './prepare-learning-curve.ts'
import { prepareLines } from './prepare-lines.ts'

const scores = (mean: number, std: number) => ({ mean, std, folds: [mean - std, mean + std] })
const report: LearningCurveReport = {
  report: 'learning-curve',
  target: 'label',
  rows: 1_250,
  folds: 2,
  metric: { name: 'macro F1', better: 'higher', isShare: true },
  points: [
    { share: 0.125, rows: 125, training: scores(0.99, 0.004), test: scores(0.7, 0.03) },
    { share: 1, rows: 1_000, training: scores(0.95, 0.002), test: scores(0.9, 0.01) },
  ],
  gain: { value: 0.2, interval: null },
  doubling: { value: 0.07, interval: null },
  gap: { value: 0.05, interval: null },
  verdict: { rows: 'unclear', fit: 'unclear', sentence: 'Unclear.' },
}

test('figures with their deviation, shares with the digits they need', () => {
  expect(prepareLearningCurve(report).rows).toEqual([
    { share: '12.5 %', rows: '125', training: '0.990 ± 0.004', test: '0.700 ± 0.030', apart: '0.290' },
    { share: '100 %', rows: '1,000', training: '0.950 ± 0.002', test: '0.900 ± 0.010', apart: '0.050' },
  ])
})

test('two lines, each within its own band, on an axis that begins where the bands do', () => {
  const chart = prepareLines(prepareLearningCurve(report).lines, 600, 240)
  expect(chart.lines.map(({ name }) => name)).toEqual(['training', 'test'])
  expect(chart.bands.map(({ colour }) => colour)).toEqual(chart.lines.map(({ colour }) => colour))
  for (const { path } of chart.bands) expect(path).toMatch(/^M[\d.,L]+Z$/)
  expect(chart.yTicks[0]?.label).toBe('0.60')
  expect(chart.stops[1]).toMatchObject({
    title: '1,000 training rows',
    lines: [
      { label: 'training', value: '0.950' },
      { label: 'test', value: '0.900' },
      { value: '0.948 to 0.952' },
      { value: '0.890 to 0.910' },
    ],
  })
})

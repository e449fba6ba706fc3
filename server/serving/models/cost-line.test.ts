import { expect, it } from 'vitest'
import { openCostLine } from './cost-line'

it('learns a line from runs of many sizes', () => {
  const cost = openCostLine()
  for (let i = 0; i < 60; i++) cost.observe(1 + (i % 16), 5 + 0.25 * (1 + (i % 16)))
  expect(cost.fixedMs()).toBeCloseTo(5, 6)
  expect(cost.perRowMs()).toBeCloseTo(0.25, 6)
  expect(cost.at(100)).toBeCloseTo(30, 4)
  expect(cost.inRuns(100, 40)).toBeCloseTo(3 * 5 + 25, 4)
})

it('notices that the machine became slower', () => {
  const cost = openCostLine()
  for (let i = 0; i < 200; i++) cost.observe(1 + (i % 8), 1 + (i % 8))
  for (let i = 0; i < 200; i++) cost.observe(1 + (i % 8), 11 + (i % 8))
  expect(cost.fixedMs()).toBeGreaterThan(9)
  expect(cost.fixedMs()).toBeLessThan(11)
})

it('is exact at the one size that it has seen, and never negative', () => {
  const cost = openCostLine()
  expect(cost.isKnown()).toBe(false)
  for (let i = 0; i < 10; i++) cost.observe(4, 8)
  expect(cost.isKnown()).toBe(true)
  expect(cost.at(4)).toBeCloseTo(8, 9)
  const falling = openCostLine()
  for (let i = 0; i < 10; i++) falling.observe(1 + (i % 2), 10 - 8 * (i % 2))
  expect(falling.perRowMs()).toBe(0)
  expect(falling.fixedMs()).toBeGreaterThan(0)
})

it('does not learn from what cannot be', () => {
  const cost = openCostLine()
  cost.observe(0, 5)
  cost.observe(3, Number.NaN)
  expect(cost.isKnown()).toBe(false)
  expect(cost.at(10)).toBe(0)
})

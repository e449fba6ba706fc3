import { describe, expect, test } from 'vitest'
import { fairnessReportSchema } from '#core/reports/fairness'
import { slicesReportSchema } from '#core/reports/slices'
import golden from '../fixtures/golden-judging.json'
import { fairness } from './fairness'
import { sliceRows } from './slice-rows'
import { sliceTable } from './slice-table'

const { group } = golden.slices
const isRight = Uint8Array.from(golden.slices.right)

describe('sliceTable', () => {
  const table = new Map(Object.entries(golden.slices.table))
  test(`accuracy: ${golden.slices.call}`, () => {
    const report = sliceTable([{ name: 'region', values: group }], { measure: 'accuracy', isRight })
    for (const slice of report.slices) {
      const expected = table.get(slice.name)
      expect(slice.rows).toBe(expected?.rows)
      expect(slice.value).toBeCloseTo(expected?.accuracy ?? -1, 12)
      expect(slice.interval?.low).toBeCloseTo(expected?.low ?? -1, 9)
      expect(slice.interval?.high).toBeCloseTo(expected?.high ?? -1, 9)
      expect(slice.adjustedP).toBeCloseTo(expected?.adjustedP ?? -1, 9)
      expect(slice.gap).toBeCloseTo(slice.value - report.value, 12)
    }
    expect(report.slices[0]?.name).toBe('west')
    expect(slicesReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })
  test.each([0, 1e6])('error, also %d away from 0', (away) => {
    const errors = Float64Array.from(golden.slices.error, (error) => error + away)
    const report = sliceTable([{ name: 'region', values: group }], { measure: 'error', errors })
    for (const slice of report.slices) {
      const expected = table.get(slice.name)
      expect(slice.value - away).toBeCloseTo(expected?.error ?? -1, 8)
      expect((slice.interval?.low ?? 0) - away).toBeCloseTo(expected?.errorLow ?? -1, 8)
      expect(slice.adjustedP).toBeCloseTo(expected?.adjustedErrorP ?? -1, 7)
    }
    expect(report.slices[0]?.name).toBe('south')
  })
  test('a slice that is all rows differs from nothing', () => {
    const report = sliceTable([{ name: 'region', values: group.map(() => 'one') }], { measure: 'accuracy', isRight })
    expect(report.slices).toMatchObject([{ gap: 0, adjustedP: 1 }])
  })
  test.each<[string, Float64Array]>([
    ['huge errors', Float64Array.of(1e308, 1e308, 0, 0)],
    ['errors that do not vary', Float64Array.of(2, 2, 2, 2)],
  ])('%s stay finite', (_what, errors) => {
    const report = sliceTable([{ name: 'x', values: ['a', 'a', 'b', ''] }], { measure: 'error', errors })
    expect(slicesReportSchema.safeParse(report).success).toBe(true)
  })
  test('looking at a second column costs the first some certainty, and the worst of both comes first', () => {
    const region = { name: 'region', values: group }
    const half = { name: 'half', values: Float64Array.from(group, (_, row) => row % 2) }
    const pOf = (columns: Parameters<typeof sliceTable>[0]) =>
      sliceTable(columns, { measure: 'accuracy', isRight }).slices.find(({ name }) => name === 'west')?.adjustedP ?? 0
    expect(pOf([region, half])).toBeGreaterThan(pOf([region]))
    const { slices, columns } = sliceTable([half, region], { measure: 'accuracy', isRight })
    expect(columns).toEqual(['half', 'region'])
    expect(slices.map(({ column }) => column).slice(0, 1)).toEqual(['region'])
    expect(slices.map(({ value }) => value)).toEqual(slices.map(({ value }) => value).sort((a, b) => a - b))
  })
  test('a small slice that is nearly all wrong among rows that are nearly all right is no chance', () => {
    const values = Array.from({ length: 1_000 }, (_, row) => (row < 20 ? 'small' : 'rest'))
    const report = sliceTable([{ name: 'x', values }], {
      measure: 'accuracy',
      isRight: Uint8Array.from(values, (_, row) => (row % 100 < 5 && row < 400 ? 0 : 1)),
    })
    // 5 of 20 against 15 of 980 wrong: scipy.stats.fisher_exact([[15, 5], [965, 15]])
    expect(report.slices[0]).toMatchObject({ name: 'small', rows: 20, value: 0.75 })
    expect(report.slices[0]?.adjustedP).toBeLessThan(1e-4)
  })
  test('no rows, no slices', () => {
    expect(sliceTable([{ name: 'x', values: [] }], { measure: 'accuracy', isRight: new Uint8Array() })).toMatchObject({
      rows: 0,
      value: 0,
      slices: [],
    })
  })
})

describe('sliceRows', () => {
  const sizes = (values: Parameters<typeof sliceRows>[0]) => sliceRows(values).map(({ name, kind, rows }) => [name, kind, rows.length])
  const ramp = Float64Array.from({ length: 100 }, (_, i) => (i * 37) % 100)
  test.each<[string, Parameters<typeof sliceRows>[0], unknown]>([
    [
      'few numbers by value',
      Float64Array.of(2, 1, 2, Number.NaN),
      [
        ['1', 'value', 1],
        ['2', 'value', 2],
        ['missing', 'missing', 1],
      ],
    ],
    [
      'many numbers in five ranges',
      ramp,
      [
        ['0 to 19', 'range', 20],
        ['20 to 39', 'range', 20],
        ['40 to 59', 'range', 20],
        ['60 to 79', 'range', 20],
        ['80 to 99', 'range', 20],
      ],
    ],
    [
      'a number that most rows have in one',
      ramp.map((value) => Math.max(70, value)),
      [
        ['70', 'value', 71],
        ['71 to 79', 'range', 9],
        ['80 to 99', 'range', 20],
      ],
    ],
    [
      'categories by frequency',
      ['b', 'a', '', 'b'],
      [
        ['b', 'value', 2],
        ['a', 'value', 1],
        ['missing', 'missing', 1],
      ],
    ],
    ['no rows', [], []],
  ])('%s', (_what, values, expected) => expect(sizes(values)).toEqual(expected))
  test('rare categories together, and every row in one slice', () => {
    const values = Array.from({ length: 300 }, (_, i) => `v${i < 200 ? i % 40 : i}`)
    const slices = sliceRows(values)
    expect(slices).toHaveLength(51)
    expect(slices.at(-1)).toMatchObject({ name: '90 other values', kind: 'other' })
    expect(slices.flatMap(({ rows }) => [...rows]).sort((a, b) => a - b)).toEqual(values.map((_, i) => i))
  })
  test('infinite numbers have a finite range', () => {
    const values = Float64Array.from({ length: 40 }, (_, i) => (i === 39 ? Number.POSITIVE_INFINITY : i))
    expect(sliceRows(values).at(-1)?.range?.high).toBe(Number.MAX_VALUE)
  })
})

describe('fairness', () => {
  const isPositive = Uint8Array.from(golden.thresholds.positive)
  const isSelected = Uint8Array.from(golden.fairness.selected)
  const judge = (groups: readonly string[], positive: Uint8Array, selected: Uint8Array) =>
    fairness({ column: 'region', groups, selects: 'hired', isPositive: positive, isSelected: selected })
  test(golden.fairness.call, () => {
    const report = judge(group, isPositive, isSelected)
    const expected = new Map(Object.entries(golden.fairness.groups))
    for (const one of report.groups) {
      const rates = expected.get(one.name)
      expect(one.selectionRate.value).toBeCloseTo(rates?.selectionRate ?? -1, 12)
      expect(one.truePositiveRate?.value).toBeCloseTo(rates?.truePositiveRate ?? -1, 12)
      expect(one.falsePositiveRate?.value).toBeCloseTo(rates?.falsePositiveRate ?? -1, 12)
      expect(one.accuracy).toBeCloseTo(rates?.accuracy ?? -1, 12)
    }
    expect(fairnessReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  })
  /** Groups a and b of 50 rows, each with so many selected, of the positives first. */
  const pair = (a: number, b: number, rows = 50) =>
    judge(
      Array.from({ length: 2 * rows }, (_, i) => (i < rows ? 'a' : 'b')),
      Uint8Array.from({ length: 2 * rows }, (_, i) => (i % rows < 20 ? 1 : 0)),
      Uint8Array.from({ length: 2 * rows }, (_, i) => (i % rows < (i < rows ? a : b) ? 1 : 0)),
    )
  test.each([
    [20, 16, 50, 'holds', 0.8],
    [20, 15, 50, 'fails', 0.75],
    [15, 20, 50, 'fails', 0.75],
    [0, 0, 50, 'nobody-selected', null],
    [20, 5, 29, 'not-enough-rows', undefined],
  ] as const)('%i and %i selected of %i: %s', (a, b, rows, verdict, ratio) => {
    const report = pair(a, b, rows)
    expect(report.fourFifths).toBe(verdict)
    if (typeof ratio === 'number') expect(report.selection?.ratio).toBeCloseTo(ratio, 12)
    else expect(report.selection?.ratio).toBe(ratio)
  })
  test('equalised odds are the larger of both differences', () => {
    // a: all 20 positives and 5 of 30 others; b: 10 positives, no others
    const report = pair(25, 10)
    expect(report).toMatchObject({ truePositive: { lowest: 'b', difference: 0.5 }, falsePositive: { lowest: 'b' }, equalisedOdds: 0.5 })
    expect(report.falsePositive?.difference).toBeCloseTo(5 / 30, 12)
    expect(report.selection?.p).toBeLessThan(0.01)
  })
  test('one group, and none, are compared with nothing', () => {
    expect(judge(new Array<string>(40).fill('a'), new Uint8Array(40), new Uint8Array(40))).toMatchObject({
      selection: null,
      equalisedOdds: null,
    })
    expect(judge([], new Uint8Array(), new Uint8Array())).toMatchObject({ rows: 0, groups: [], fourFifths: 'not-enough-rows' })
  })
  test('a group without positives has no true positive rate', () => {
    expect(judge(['a', 'a'], new Uint8Array(2), new Uint8Array(2)).groups[0]).toMatchObject({ truePositiveRate: null, isCompared: false })
  })
})

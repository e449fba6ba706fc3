import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Reference } from '#core/model/signature'
import { columnBinners, cutAtDeciles, predictionName } from './bins'
import { compareWithReference } from './drift'
import { addRow, emptyRollup } from './rollup'

const elec2 = new URL('../../../shared/data/drift_elec2/elec.csv', import.meta.url)

/** Rows of Elec2 in time order, as numbers. */
function readElec2(): Record<string, number>[] {
  const [header = '', ...lines] = readFileSync(elec2, 'utf8').trim().split('\n')
  const names = header.trim().split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], Number(cell)])))
}

// vicprice, vicdemand and transfer are constant until row 17,424 (0-based) and vary after it.
test.skipIf(!existsSync(elec2))(
  'Elec2: the constant columns stay silent until the window that holds row 17,424, and alarm from there',
  () => {
    const rows = readElec2()
    const watched = ['vicprice', 'vicdemand', 'transfer', 'period']
    const trained = rows.slice(0, 3000)
    const reference: Reference = {
      rows: trained.length,
      columns: watched.map((name) => ({
        kind: 'number',
        name,
        missing: 0,
        ...cutAtDeciles(trained.map((row) => row[name] ?? Number.NaN)),
      })),
      classes: ['0', '1'].map((name) => {
        const count = trained.filter((row) => String(row.class) === name).length
        return { name, rows: count, predicted: count }
      }),
      confidence: { counts: new Array<number>(20).fill(0), mean: 0.5 },
    }
    const binners = columnBinners(reference)
    for (const size of [480, 1440]) {
      for (let start = 3000; start + size <= rows.length; start += size) {
        const rollup = emptyRollup()
        for (const row of rows.slice(start, start + size)) {
          addRow(rollup, { label: String(row.class), confidence: 0.5, isLow: false, input: row }, binners)
        }
        const drifted = compareWithReference(reference, rollup).filter((column) => column.state === 'drifted')
        const names = drifted.map((column) => column.name).filter((name) => name !== predictionName)
        // The period of the day is the same in every window: it never alarms.
        expect(names, `rows ${start} to ${start + size}`).toEqual(start + size > 17_424 ? ['vicprice', 'vicdemand', 'transfer'] : [])
      }
    }
  },
)

test('compares predictions with those of training, and a class that training never gave has a bin', () => {
  const reference: Reference = {
    rows: 1000,
    columns: [],
    classes: [
      { name: 'ham', rows: 500, predicted: 700 },
      { name: 'spam', rows: 500, predicted: 300 },
    ],
    confidence: { counts: new Array<number>(20).fill(0), mean: 0.5 },
  }
  const rollup = { columns: {}, classes: { spam: 150, ham: 40, constructor: 10 } }
  const [drift] = compareWithReference(reference, rollup)
  expect(drift).toMatchObject({
    kind: 'prediction',
    state: 'drifted',
    test: 'chi-square',
    bins: { labels: ['ham', 'spam', 'constructor'] },
    reference: { counts: [700, 300, 0] },
    current: { counts: [40, 150, 10] },
  })
})

test('a column that no row has shown yet is not enough data, not drift', () => {
  const reference: Reference = {
    rows: 100,
    columns: [{ kind: 'category', name: 'constructor', missing: 0, values: [{ value: 'a', count: 60 }], other: 40 }],
    classes: [],
    confidence: { counts: new Array<number>(20).fill(0), mean: 0.5 },
  }
  expect(compareWithReference(reference, emptyRollup())[0]).toMatchObject({
    state: 'not-enough-data',
    needed: 50,
    current: { counts: [0, 0] },
  })
})

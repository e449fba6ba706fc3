import { expect, test } from 'vitest'
import { numberColumn, textColumn } from '#ml/onnx/testing'
import { explainRow } from './explain-row'
import { estimatorOf, fitTickets, tickets } from './testing'
import { typicalColumn } from './typical-column'

const moment = '2024-05-01T00:00:00.000Z'

test.each([
  ['a number', numberColumn([1]), 2.5, numberColumn([2.5, 2.5])],
  ['a missing number', numberColumn([1]), Number.NaN, numberColumn([Number.NaN, Number.NaN])],
  ['a text', textColumn(['a']), 'b', textColumn(['b', 'b'])],
  ['a missing text', textColumn(['a']), '', textColumn(['', ''])],
  ['a moment as text', textColumn([moment]), moment, textColumn([moment, moment])],
  ['a moment as milliseconds', numberColumn([0]), moment, numberColumn([Date.parse(moment), Date.parse(moment)])],
  ['no moment', numberColumn([0]), '', numberColumn([Number.NaN, Number.NaN])],
])('%s', (_name, like, value, column) => {
  expect(typicalColumn(like, value, 2)).toEqual(column)
})

test('a row is explained alike whether its moments are texts or milliseconds', async () => {
  const learned = await fitTickets(estimatorOf('neural-network'))
  const { columns } = tickets(1, 5)
  const opened = columns.opened?.values[0] ?? ''
  const byText = await explainRow(learned, columns, { seed: 1 })
  const byNumber = await explainRow(learned, { ...columns, opened: numberColumn([Date.parse(String(opened))]) }, { seed: 1 })
  expect(byNumber.of(0)).toEqual(byText.of(0))
})

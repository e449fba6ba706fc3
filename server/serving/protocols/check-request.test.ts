import { describe, expect, it } from 'vitest'
import { AppError } from '#core/errors/app-error'
import type { Signature } from '#core/model/signature'
import { checkRecord, readBody } from './check-request'

const signature: Signature = {
  inputs: [
    { name: 'body', type: 'text', example: 'Hello' },
    { name: 'sender', type: 'category', example: 'a.org' },
    { name: 'hour', type: 'number', example: 9 },
  ],
  target: 'label',
}
const record = { body: 'Hello', sender: 'a.org', hour: 9 }

function refusal(act: () => unknown): AppError {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('readBody', () => {
  it.each([
    ['one record', record, { single: true, records: [record] }],
    ['an array', [record, record], { single: false, records: [record, record] }],
    ['rows with key and test', { rows: [record], key: 'c7', test: true }, { single: false, records: [record], key: 'c7', test: true }],
  ])('takes %s', (_name, body, read) => {
    expect(readBody(JSON.stringify(body), signature)).toMatchObject(read)
  })
  it('takes a record whose model reads a field called rows', () => {
    const odd: Signature = { inputs: [{ name: 'rows', type: 'text', example: '' }], target: 'label' }
    expect(readBody('{"rows":["a"]}', odd).single).toBe(true)
  })
  it.each([
    ['', 'bad_request', /empty/],
    ['{"body":', 'bad_request', /not JSON/],
    ['"text"', 'bad_request', /is a text/],
    ['null', 'bad_request', /is null/],
    ['7', 'bad_request', /is a number/],
    ['[]', 'bad_input', /at least one/],
    ['{"rows":[]}', 'bad_input', /at least one/],
    ['{"rows":[{}],"kee":1}', 'bad_input', /not "kee"/],
    ['{"rows":[{}],"key":1}', 'bad_input', /"key" must be a text/],
    ['{"rows":[{}],"test":"yes"}', 'bad_input', /"test" must be true or false/],
    [JSON.stringify(new Array(1001).fill(0)), 'too_large', /1,001 records/],
  ])('refuses %s', (text, code, words) => {
    const error = refusal(() => readBody(text, signature))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(words)
  })
})

describe('checkRecord', () => {
  it('takes what fits, with null as missing and codes as categories', () => {
    expect(checkRecord(signature, record, 0)).toEqual(record)
    expect(checkRecord(signature, { body: null, sender: null, hour: null }, 0)).toEqual({ body: '', sender: '', hour: null })
    expect(checkRecord(signature, { body: 'x', sender: 7, hour: true }, 0)).toEqual({ body: 'x', sender: '7', hour: 1 })
  })
  it.each([
    ['unknown field', { ...record, subjct: 'x' }, 'subjct', /"subjct", which the model does not read. It reads body, sender, hour/],
    ['missing field', { body: 'x', sender: 'y' }, 'hour', /lacks the field "hour" \(number\)/],
    ['number for text', { ...record, body: 5 }, 'body', /"body" of record 3 must be a text or null, but is a number/],
    ['text for number', { ...record, hour: '9' }, 'hour', /must be a number or null, but is a text/],
    ['a number past any float', JSON.parse('{"body":"x","sender":"y","hour":1e999}'), 'hour', /"hour" of record 3 is too large/],
    ['object for category', { ...record, sender: {} }, 'sender', /but is an object/],
    ['array for text', { ...record, body: ['x'] }, 'body', /but is an array/],
    ['a hidden prototype', JSON.parse('{"body":"x","sender":"y","hour":1,"__proto__":{"hour":2}}'), '__proto__', /"__proto__"/],
  ])('refuses a record with %s and names it', (_name, bad, column, words) => {
    const error = refusal(() => checkRecord(signature, bad, 2))
    expect(error).toMatchObject({ code: 'bad_input', hint: { column, row: 3 } })
    expect(error.message).toMatch(words)
  })
  it.each([[null], [[]], ['x'], [3]])('refuses %j as a record', (bad) => {
    expect(refusal(() => checkRecord(signature, bad, 0)).message).toMatch(/Record 1 is .*not a JSON object/)
  })
})

it('reads dates in ISO 8601, and refuses what is none in words', () => {
  const dated: Signature = { inputs: [{ name: 'at', type: 'text', format: 'moment', example: '2026-01-31' }], target: 'label' }
  for (const at of ['2026-01-31', '2026-01-31T18:00:00.5+01:00', '2026-01-31 18:00', '', null]) {
    expect(checkRecord(dated, { at }, 0)).toEqual({ at: at ?? '' })
  }
  const error = refusal(() => checkRecord(dated, { at: '31/01/2026' }, 2))
  expect(error).toMatchObject({ code: 'bad_input', hint: { column: 'at', row: 3 } })
  expect(error.message).toMatch(/must be a date such as 2026-01-31 .*, or null, but is "31\/01\/2026"\.$/)
})

import { describe, expect, it } from 'vitest'
import { AppError } from '#core/errors/app-error'
import type { Signature } from '#core/model/signature'
import { textOf } from './datatypes'
import { readInfer } from './read-infer'
import { readByTensors, recordsOf } from './record-tensors'

const signature: Signature = {
  inputs: [
    { name: 'body', type: 'text', example: 'Hello' },
    { name: 'plan', type: 'category', example: 'a' },
    { name: 'hour', type: 'number', example: 9 },
  ],
  target: 'label',
}

const body = { name: 'body', shape: [1], datatype: 'BYTES', data: ['x'] }
const plan = { name: 'plan', shape: [1], datatype: 'BYTES', data: ['a'] }
const hour = { name: 'hour', shape: [1], datatype: 'FP32', data: [3] }

const read = (inputs: unknown, more: object = {}) => readInfer(Buffer.from(JSON.stringify({ inputs, ...more })), null)

function rowsOf(inputs: unknown) {
  const request = read(inputs)
  const readRow = readByTensors(request)
  return recordsOf(request).map((record, i) => readRow(signature, record, i))
}

function refusal(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    return error instanceof AppError ? error.message : ''
  }
  throw new Error('nothing was refused')
}

describe('values', () => {
  it.each([
    ['BOOL', true, 1],
    ['BOOL', 0, 0],
    ['UINT8', 255, 255],
    ['UINT16', 65_535, 65_535],
    ['UINT32', 4_294_967_295, 4_294_967_295],
    ['UINT64', 2 ** 60, 2 ** 60],
    ['INT8', -128, -128],
    ['INT16', -32_768, -32_768],
    ['INT32', -2_147_483_648, -2_147_483_648],
    ['INT64', -(2 ** 60), -(2 ** 60)],
    ['FP16', 0.5, 0.5],
    ['FP32', 0.1, 0.1],
    ['FP64', 1e30, 1e30],
    ['FP32', null, null],
  ])('%s %j is read as a number', (datatype, value, number) => {
    expect(rowsOf([body, plan, { ...hour, datatype, data: [value] }])).toEqual([{ body: 'x', plan: 'a', hour: number }])
  })
  it.each([
    ['INT32', 7, '7'],
    ['BOOL', true, 'true'],
    ['FP32', Math.fround(0.1), '0.1'],
    ['FP64', 0.1, '0.1'],
    ['BYTES', 'gold', 'gold'],
  ])('%s %j is a category by its text', (datatype, value, text) => {
    expect(rowsOf([body, { ...plan, datatype, data: [value] }, hour])[0]?.plan).toBe(text)
  })
  it('nested and flat are the same, in columns of one', () => {
    const nested = [
      { ...body, shape: [2, 1], data: [['x'], ['y']] },
      { ...plan, shape: [2], data: ['a', 'b'] },
      { ...hour, shape: [2, 1], data: [1, 2] },
    ]
    expect(rowsOf(nested)).toEqual([
      { body: 'x', plan: 'a', hour: 1 },
      { body: 'y', plan: 'b', hour: 2 },
    ])
  })
  it('a 32-bit float keeps its shortest text', () => {
    for (const text of ['0.1', '3.14', '16777216', '-2.5', '0']) expect(textOf(Math.fround(Number(text)), 'FP32')).toBe(text)
    expect(textOf(0.1, 'FP64')).toBe('0.1')
  })
})

describe('binary data', () => {
  const json = (inputs: unknown) => Buffer.from(JSON.stringify({ inputs }))
  const withTail = (inputs: unknown, tail: Buffer) => {
    const head = json(inputs)
    return readInfer(Buffer.concat([head, tail]), String(head.length))
  }
  const binary = (name: string, datatype: string, size: number, n = 1) => ({
    name,
    shape: [n],
    datatype,
    parameters: { binary_data_size: size },
  })

  it('of the protocol extension: the tensors of its example, 16 bytes of UINT32 and 3 of BOOL', () => {
    // triton-inference-server/server, docs/protocol/extension_binary_data.md: input0 and input1, as columns
    const tail = Buffer.concat([Buffer.from(Uint32Array.of(1, 2, 3, 4).buffer), Buffer.from([1, 0, 1])])
    const head = json([binary('input0', 'UINT32', 16, 4), { name: 'input1', shape: [4], datatype: 'INT8', data: [1, 2, 3, 4] }])
    const { tensors } = readInfer(Buffer.concat([head, tail.subarray(0, 16)]), String(head.length))
    expect(tensors.get('input0')?.elements).toEqual([1, 2, 3, 4])
    expect(withTail([binary('input1', 'BOOL', 3, 3)], tail.subarray(16)).tensors.get('input1')?.elements).toEqual([true, false, true])
  })
  it('of halves, doubles, 64-bit integers, texts and a missing number', () => {
    const half = Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7e00).buffer)
    expect(withTail([binary('a', 'FP16', 8, 4)], half).tensors.get('a')?.elements).toEqual([1, -2, 2 ** -24, null])
    const double = Buffer.from(Float64Array.of(0.1, Number.NaN).buffer)
    expect(withTail([binary('a', 'FP64', 16, 2)], double).tensors.get('a')?.elements).toEqual([0.1, null])
    const long = Buffer.from(BigInt64Array.of(-5n, 2n ** 40n).buffer)
    expect(withTail([binary('a', 'INT64', 16, 2)], long).tensors.get('a')?.elements).toEqual([-5, 2 ** 40])
    const text = Buffer.from([3, 0, 0, 0, 0xe2, 0x82, 0xac, 0, 0, 0, 0])
    expect(withTail([binary('a', 'BYTES', 11, 2)], text).tensors.get('a')?.elements).toEqual(['€', ''])
  })
  it.each([
    ['too short for its shape', [binary('a', 'FP32', 4, 2)], Buffer.alloc(4), /4 bytes, but 2 values of FP32 take 8/],
    ['more than there is', [binary('a', 'FP32', 8, 2)], Buffer.alloc(4), /"binary_data_size" of "a" is 8, but 4 bytes are left/],
    ['less than there is', [binary('a', 'FP32', 4)], Buffer.alloc(9), /5 bytes follow/],
    ['a size that is none', [binary('a', 'FP32', -4)], Buffer.alloc(4), /is -4/],
    ['a text past the end', [binary('a', 'BYTES', 5)], Buffer.from([255, 255, 255, 255, 1]), /longer than its binary data/],
    ['a text cut off', [binary('a', 'BYTES', 2)], Buffer.alloc(2), /longer than its binary data/],
    ['too few texts', [binary('a', 'BYTES', 4, 2)], Buffer.alloc(4), /does not hold the 2 values/],
    ['bytes that are no text', [binary('a', 'BYTES', 5)], Buffer.from([1, 0, 0, 0, 0xff]), /not text in UTF-8/],
  ])('refuses %s', (_name, inputs, tail, words) => {
    expect(refusal(() => withTail(inputs, tail))).toMatch(words)
  })
  it.each(['-1', '1.5', 'x', '9999', ''])('refuses the header %j', (header) => {
    expect(refusal(() => readInfer(json([body]), header))).toMatch(/Inference-Header-Content-Length/)
  })
})

describe('refusals name the tensor', () => {
  it.each([
    ['no object', 3, /"inputs" must be an array/],
    ['no inputs', [], /"inputs" must be an array of at least one tensor, but is empty/],
    ['an input that is none', [null], /Input 1 is null/],
    ['no name', [{ ...body, name: 1 }], /"name" of input 1/],
    ['a shape of three', [{ ...body, shape: [1, 1, 1] }], /"shape" of "body" is \[1,1,1\]/],
    ['a wide shape', [{ ...body, shape: [1, 2] }], /It is \[n\] or \[n, 1\]/],
    ['a negative shape', [{ ...body, shape: [-1] }], /"shape" of "body"/],
    ['no record', [{ ...body, shape: [0], data: [] }], /holds no value/],
    ['a datatype that is none', [{ ...body, datatype: 'STRING' }], /"datatype" of "body" is "STRING". It is one of BOOL/],
    ['a datatype of the prototype', [{ ...body, datatype: 'constructor' }], /"datatype" of "body" is "constructor"/],
    ['too many values', [{ ...body, data: ['x', 'y'] }], /has 2 values, but its shape says 1/],
    ['deeper nesting than the shape', [{ ...body, data: [[['x']]] }], /Value 1 of "body" is an array/],
    ['a fraction for an integer', [{ ...hour, datatype: 'INT8', data: [1.5] }], /1.5, which is no INT8/],
    ['an integer past its type', [{ ...hour, datatype: 'UINT8', data: [256] }], /256, which is no UINT8/],
    ['a text for a number', [{ ...hour, data: ['3'] }], /is a text, which is no FP32/],
    ['two of one name', [body, body], /"body" is there twice/],
    ['different lengths', [body, { ...hour, shape: [2], data: [1, 2] }], /"body" holds 1 records and "hour" 2/],
    ['data and binary data', [{ ...body, parameters: { binary_data_size: 1 } }], /has both "data" and "binary_data_size"/],
    ['shared memory', [{ ...body, parameters: { shared_memory_region: 'a' } }], /shared memory/],
  ])('%s', (_name, inputs, words) => {
    expect(refusal(() => read(inputs))).toMatch(words)
  })
  it.each([
    ['a missing input', [body, plan], /The input "hour" \(FP32\) is missing/],
    ['an unknown input', [body, plan, hour, { ...hour, name: 'hours' }], /reads no input "hours"/],
    ['a hidden prototype', [body, plan, hour, { ...hour, name: '__proto__' }], /reads no input "__proto__"/],
    ['a text for a number', [body, plan, { ...hour, datatype: 'BYTES', data: ['3'] }], /"hour" is a number: send it as FP32/],
    ['a number for a text', [{ ...body, datatype: 'INT8', data: [1] }, plan, hour], /"body" is a text: send it as BYTES/],
    ['an infinite number', [body, plan, { ...hour, datatype: 'FP64', data: [1e39] }], /"hour" of record 1 is too large/],
    ['a category past 2^53', [body, { ...plan, datatype: 'INT64', data: [2 ** 60] }, hour], /Send them as BYTES/],
  ])('%s', (_name, inputs, words) => {
    expect(refusal(() => rowsOf(inputs))).toMatch(words)
  })
  it.each([
    [{ id: 5 }, /"id" must be a text/],
    [{ parameters: [] }, /"parameters" of the request/],
    [{ outputs: {} }, /"outputs" must be an array/],
    [{ outputs: ['label'] }, /Output 1 must be an object with a "name"/],
    [{ outputs: [{ name: 'label', parameters: { classification: 3 } }] }, /asks for "classification"/],
  ])('%j', (more, words) => {
    expect(refusal(() => read([body, plan, hour], more))).toMatch(words)
  })
  it('a body nested a hundred thousand deep', () => {
    const deep = `{"inputs":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(refusal(() => readInfer(Buffer.from(deep), null))).toMatch(/Input 1 is an array/)
  })
})

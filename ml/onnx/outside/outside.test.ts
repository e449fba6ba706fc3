import { describe, expect, test } from 'vitest'
import { AppError } from '#core/errors/app-error'
import { forestFile, golden, linearFile, mixedFile, networkFile, textFile } from '../outside-samples'
import { type RuntimeName, runtimes } from '../testing'
import { checkOutside } from './check-outside'
import { readOutsideModel } from './outside-model'
import { planAnswer } from './plan-answer'
import { planInputs } from './plan-inputs'
import { outsideFile, outsideGraph } from './testing'
import { type Answering, wrapModel } from './wrap-model'

const wrap = (bytes: Uint8Array, columns: readonly string[], answering: Answering) => {
  const model = readOutsideModel(bytes)
  checkOutside(model)
  return wrapModel({ model, inputs: planInputs(model, columns, columns), answer: planAnswer(model), answering })
}

async function ask(bytes: Uint8Array, columns: Record<string, readonly number[] | readonly string[]>, runtime: RuntimeName) {
  const ort = await runtimes[runtime]()
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 })
  const feeds = Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [
      name,
      typeof values[0] === 'string'
        ? new ort.Tensor('string', values.map(String), [values.length, 1])
        : new ort.Tensor('float32', Float32Array.from(values, Number), [values.length, 1]),
    ]),
  )
  const answers = await session.run(feeds)
  await session.release()
  return Object.fromEntries(
    Object.entries(answers).map(([name, tensor]) => [name, Array.from(tensor.data as ArrayLike<unknown>, (value) => value)]),
  )
}

const number: Answering = { task: 'regression' }
const both: RuntimeName[] = ['native', 'web']

test('reads who wrote a file, its formats, operators, inputs and outputs', () => {
  const model = readOutsideModel(mixedFile())
  expect(model).toMatchObject({ irVersion: 8, producer: 'skl2onnx 1.0', hasExternalData: false })
  expect([...model.opsets]).toEqual([
    ['', 15],
    ['ai.onnx.ml', 1],
  ])
  expect(model.inputs.map(({ name, type, dims }) => [name, type, dims])).toEqual([
    ['age', 1, [null, 1]],
    ['visits', 7, [null, 1]],
    ['plan', 8, [null, 1]],
  ])
  expect(model.operators).toContainEqual({ domain: 'ai.onnx.ml', name: 'OneHotEncoder', count: 1 })
  expect(planAnswer(readOutsideModel(linearFile()))).toMatchObject({
    scores: 'probabilities',
    label: { name: 'output_label', type: 'text' },
    classes: golden.linear.classes,
  })
  expect(planAnswer(readOutsideModel(forestFile()))).toMatchObject({ scores: 'probabilities', classes: ['0', '1'], width: null })
  expect(planAnswer(readOutsideModel(networkFile()))).toMatchObject({ form: 'probabilities', label: null, width: 3, classes: null })
})

describe.each(both)('in the %s runtime', (runtime) => {
  test('names of graphs within graphs are renamed with the outer ones, and columns may be called as they are', async () => {
    const branch = (op: string) => ({
      graph: outsideGraph({
        nodes: [{ op, in: ['x', 'k'], out: ['inner'] }],
        inputs: [],
        outputs: [{ name: 'inner', type: 1 }],
      }),
    })
    const file = outsideFile({
      opsets: [['', 17]],
      inputs: [{ name: 'x', type: 1, dims: ['N', 1] }],
      tensors: [
        { name: 'k', dims: [1], floats: [3] },
        { name: 'limit', dims: [], floats: [0] },
      ],
      nodes: [
        { op: 'ReduceSum', in: ['x'], out: ['sum'], attributes: { keepdims: { int: 0 } } },
        { op: 'Greater', in: ['sum', 'limit'], out: ['isMore'] },
        { op: 'If', in: ['isMore'], out: ['y'], attributes: { then_branch: branch('Add'), else_branch: branch('Mul') } },
      ],
      outputs: [{ name: 'y', type: 1, dims: ['N', 1] }],
    })
    for (const column of ['x', 'k', 'sum', 'inner']) {
      const wrapped = wrap(file, [column], number)
      expect(await ask(wrapped, { [column]: [1, 2] }, runtime)).toEqual({ value: [4, 5] })
      expect(await ask(wrapped, { [column]: [-1, -2] }, runtime)).toEqual({ value: [-3, -6] })
    }
  })

  test('columns become vectors, tables, blocks, whole numbers, doubles and booleans, as each input asks', async () => {
    const file = outsideFile({
      opsets: [['', 13]],
      inputs: [
        { name: 'id', type: 7, dims: ['N'] },
        { name: 'wide', type: 11, dims: ['N', 2] },
        { name: 'flag', type: 9, dims: ['N', 1] },
        { name: 'block', type: 1, dims: ['N', 2, 2] },
      ],
      tensors: [
        { name: 'embedding', dims: [3, 1], floats: [100, 200, 300] },
        { name: 'ones', dims: [1], ints: [1] },
        { name: 'column', dims: [2], ints: [-1, 1] },
        { name: 'last', dims: [2], ints: [1, 2] },
      ],
      nodes: [
        { op: 'Gather', in: ['embedding', 'id'], out: ['looked'] },
        { op: 'Cast', in: ['wide'], out: ['float'], attributes: { to: { int: 1 } } },
        { op: 'ReduceSum', in: ['float', 'ones'], out: ['total'] },
        { op: 'ReduceSum', in: ['block', 'last'], out: ['all'], attributes: { keepdims: { int: 0 } } },
        { op: 'Reshape', in: ['all', 'column'], out: ['blocks'] },
        { op: 'Cast', in: ['flag'], out: ['counted'], attributes: { to: { int: 1 } } },
        { op: 'Sum', in: ['looked', 'total', 'blocks', 'counted'], out: ['y'] },
      ],
      outputs: [{ name: 'y', type: 1, dims: ['N', 1] }],
    })
    const columns = ['id', 'w1', 'w2', 'flag', 'b1', 'b2', 'b3', 'b4']
    const wrapped = wrap(file, columns, number)
    const rows = Object.fromEntries(columns.map((name, k) => [name, name === 'id' ? [0, 2] : name === 'flag' ? [1, 0] : [k, 10 * k]]))
    expect(await ask(wrapped, rows, runtime)).toEqual({ value: [100 + 3 + 1 + 22, 300 + 30 + 0 + 220] })
    const unknown = await ask(wrapped, { ...rows, id: [Number.NaN, 2] }, runtime)
    expect(unknown.value).toEqual([Number.NaN, 550])
  })

  test('a single sigmoid is two classes, and a single score becomes one', async () => {
    const file = (op: string) =>
      outsideFile({
        opsets: [['', 11]],
        inputs: [{ name: 'x', type: 1, dims: ['N', 1] }],
        nodes: [{ op, in: ['x'], out: ['y'] }],
        outputs: [{ name: 'y', type: 1, dims: ['N', 1] }],
      })
    const classes = ['no', 'yes']
    const sigmoid = 1 / (1 + Math.exp(-2))
    for (const [op, form] of [
      ['Sigmoid', 'probabilities'],
      ['Identity', 'logits'],
    ] as const) {
      const { label, probabilities } = await ask(
        wrap(file(op), ['x'], { task: 'classification', form, width: 1, classes }),
        { x: [-2, 2] },
        runtime,
      )
      expect(label).toEqual(['no', 'yes'])
      for (const [i, p] of [sigmoid, 1 - sigmoid, 1 - sigmoid, sigmoid].entries()) expect(Number(probabilities?.[i])).toBeCloseTo(p, 6)
    }
  })

  test('labels that are whole numbers get the names of their classes, whatever the codes', async () => {
    const file = outsideFile({
      opsets: [
        ['', 12],
        ['ai.onnx.ml', 1],
      ],
      inputs: [{ name: 'x', type: 1, dims: ['N', 3] }],
      tensors: [
        { name: 'classes', dims: [3], ints: [-5, 7, 40] },
        { name: 'flat', dims: [1], ints: [-1] },
      ],
      nodes: [
        { op: 'Softmax', in: ['x'], out: ['probabilities'], attributes: { axis: { int: 1 } } },
        { op: 'ArgMax', in: ['probabilities'], out: ['best'], attributes: { axis: { int: 1 }, keepdims: { int: 0 } } },
        { op: 'ArrayFeatureExtractor', in: ['classes', 'best'], out: ['picked'], domain: 'ai.onnx.ml' },
        { op: 'Reshape', in: ['picked', 'flat'], out: ['output_label'] },
      ],
      outputs: [
        { name: 'output_label', type: 7, dims: ['N'] },
        { name: 'probabilities', type: 1, dims: ['N', 3] },
      ],
    })
    expect(planAnswer(readOutsideModel(file)).classes).toEqual(['-5', '7', '40'])
    const wrapped = wrap(file, ['a', 'b', 'c'], {
      task: 'classification',
      form: 'probabilities',
      width: 3,
      classes: ['low', 'mid', 'high'],
    })
    expect((await ask(wrapped, { a: [9, 0, 0], b: [0, 0, 9], c: [0, 9, 0] }, runtime)).label).toEqual(['low', 'high', 'mid'])
  })
})

test('a file that was cut or damaged anywhere ends in words, never in a crash', () => {
  const tryAll = (bytes: Uint8Array) => {
    try {
      wrap(bytes, ['age', 'visits', 'plan'], { task: 'probe' })
      return 'wrapped'
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return 'refused'
    }
  }
  const whole = mixedFile()
  expect(tryAll(whole)).toBe('wrapped')
  const cuts = Array.from({ length: whole.length }, (_, length) => tryAll(whole.subarray(0, length)))
  expect(cuts.filter((outcome) => outcome === 'refused').length).toBeGreaterThan(whole.length * 0.9)
  let state = 1
  const next = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % n
  }
  const outcomes = new Set<string>()
  for (let i = 0; i < 4_000; i++) {
    const damaged = (i % 2 === 0 ? mixedFile() : textFile()).slice()
    for (let flips = 1 + next(4); flips > 0; flips--) damaged[next(damaged.length)] = next(256)
    outcomes.add(tryAll(damaged))
  }
  expect([...outcomes].sort()).toEqual(['refused', 'wrapped'])
})

test('graphs within graphs without end are refused before the stack is', () => {
  let graph = outsideGraph({ nodes: [], inputs: [], outputs: [] })
  for (let depth = 0; depth < 2_000; depth++) {
    graph = outsideGraph({ nodes: [{ op: 'If', in: [], out: [], attributes: { then_branch: { graph } } }], inputs: [], outputs: [] })
  }
  const bytes = outsideFile({
    nodes: [{ op: 'If', in: [], out: ['y'], attributes: { then_branch: { graph } } }],
    inputs: [],
    outputs: [{ name: 'y', type: 1 }],
  })
  expect(() => readOutsideModel(bytes)).toThrow(/graphs within graphs/)
})

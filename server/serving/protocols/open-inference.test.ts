import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type TestGateway, testGateway } from '#server/testing/test-gateway'

/**
 * Responses as kserve/open-inference-protocol says them in specification/protocol/inference_rest.md, field by field, with
 * the parameters that kserve/kserve, docs/predict-api/v2/required_api.md allows: texts, numbers and booleans.
 */
const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const metadataTensor = z.strictObject({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) })
const serverMetadata = z.strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
const modelMetadata = z.strictObject({
  name: z.string(),
  versions: z.array(z.string()).optional(),
  platform: z.string(),
  inputs: z.array(metadataTensor),
  outputs: z.array(metadataTensor),
})
const inferResponse = z.strictObject({
  model_name: z.string(),
  model_version: z.string().optional(),
  id: z.string().optional(),
  parameters: parameters.optional(),
  outputs: z.array(
    z.strictObject({
      name: z.string(),
      shape: z.array(z.int().min(0)),
      datatype: z.string(),
      parameters: parameters.optional(),
      data: z.array(z.union([z.string(), z.number(), z.boolean()])),
    }),
  ),
})
const inferError = z.strictObject({ error: z.string().min(10) })

let test: TestGateway
beforeAll(async () => {
  test = await testGateway()
})
afterAll(() => test?.close())

const inputs = [
  { name: 'body', shape: [2], datatype: 'BYTES', data: ['spam', 'Lunch?'] },
  { name: 'hour', shape: [2, 1], datatype: 'FP32', data: [[3], [9]] },
]
const infer = (
  body: unknown,
  { path = '/v2/models/triage/infer', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
) => test.call('POST', path, { body, headers })

describe('what needs no key', () => {
  const noKey = { headers: { authorization: '' } }
  it.each(['/v2/health/live', '/v2/health/ready'])('%s', async (path) => {
    expect(await test.call('GET', path, noKey)).toMatchObject({ status: 200, json: { live: true } })
  })
  it.each(['/v2', '/v2/'])('%s', async (path) => {
    expect(serverMetadata.parse((await test.call('GET', path, noKey)).json)).toMatchObject({
      name: 'stageline',
      extensions: ['binary_tensor_data'],
    })
  })
  it('nothing else', async () => {
    for (const path of ['/v2/models/triage', '/v2/models/triage/ready', '/v2/models/triage/versions/1']) {
      const { status, json } = await test.call('GET', path, noKey)
      expect(status).toBe(401)
      inferError.parse(json)
    }
  })
})

describe('models', () => {
  it('say what they read and answer, by name and by version', async () => {
    for (const path of ['/v2/models/triage', '/v2/models/triage/versions/1', '/v2/models/triage/versions/v1']) {
      expect(modelMetadata.parse((await test.call('GET', path)).json)).toEqual({
        name: 'triage',
        versions: ['1'],
        platform: 'onnx_onnxv1',
        inputs: [
          { name: 'body', datatype: 'BYTES', shape: [-1, 1] },
          { name: 'hour', datatype: 'FP32', shape: [-1, 1] },
        ],
        outputs: [
          { name: 'label', datatype: 'BYTES', shape: [-1] },
          { name: 'confidence', datatype: 'FP32', shape: [-1] },
          { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] },
        ],
      })
      expect((await test.call('GET', `${path}/ready`)).json).toEqual({ name: 'triage', ready: true })
    }
  })
  it.each([
    '/v2/models/nowhere',
    '/v2/models/triage/versions/9',
    '/v2/models/triage/versions/latest',
    '/v2/models/triage/versions/9/ready',
    '/v2/nothing',
    '/v2/models',
  ])('are not found at %s', async (path) => {
    const { status, json } = await test.call('GET', path)
    expect(status).toBe(404)
    inferError.parse(json)
  })
})

describe('infer', () => {
  /**
   * The request and response of the specification ("Inference Request Examples"), unchanged but for the names of model,
   * inputs and output and their element types: an id, two inputs, one wanted output, flat data.
   */
  it('answers the example of the specification', async () => {
    const { status, headers, json } = await infer({
      id: '42',
      inputs: [
        { name: 'hour', shape: [2, 1], datatype: 'UINT32', data: [1, 2] },
        { name: 'body', shape: [2], datatype: 'BYTES', data: ['spam', 'Hello'] },
      ],
      outputs: [{ name: 'probabilities' }],
    })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    const answer = inferResponse.parse(json)
    expect(answer.id).toBe('42')
    expect(answer.outputs).toEqual([
      {
        name: 'probabilities',
        shape: [2, 2],
        datatype: 'FP32',
        data: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
      },
    ])
  })
  it('answers all outputs, without an id where none was sent, and says who answered', async () => {
    const answer = inferResponse.parse((await infer({ inputs, parameters: { anything: 1 } })).json)
    expect(answer).not.toHaveProperty('id')
    expect(answer).toMatchObject({ model_name: 'triage', model_version: '1', parameters: { version: 'v1', release: 1 } })
    expect(String(answer.parameters?.prediction_ids).split(',')).toEqual([
      expect.stringMatching(/^p_[\w-]{16}$/),
      expect.stringMatching(/^p_/),
    ])
    expect(answer.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['label', [2]],
      ['confidence', [2]],
      ['probabilities', [2, 2]],
    ])
    expect(answer.outputs[0]?.data).toEqual(['spam', 'ham'])
  })
  it('answers as the plain protocol does', async () => {
    const plain = (await test.call('POST', '/v1/triage/predict', { body: { body: 'spam', hour: 3 } })).json
    const answer = inferResponse.parse((await infer({ inputs })).json)
    expect(answer.outputs[1]?.data[0]).toBe(plain.confidence)
  })
  it('reads and writes binary tensors, compressed too', async () => {
    const head = Buffer.from(
      JSON.stringify({
        inputs: [
          { name: 'body', shape: [1, 1], datatype: 'BYTES', parameters: { binary_data_size: 8 } },
          { name: 'hour', shape: [1], datatype: 'INT64', parameters: { binary_data_size: 8 } },
        ],
        outputs: [
          { name: 'label', parameters: { binary_data: true } },
          { name: 'confidence', parameters: { binary_data: false } },
        ],
        parameters: { binary_data_output: true },
      }),
    )
    const body = Buffer.concat([head, Buffer.from([4, 0, 0, 0]), Buffer.from('spam'), Buffer.from(BigInt64Array.of(3n).buffer)])
    for (const encoding of [null, 'gzip']) {
      const response = await fetch(`${test.gateway.url}/v2/models/triage/infer`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${test.key}`,
          'inference-header-content-length': String(head.length),
          ...(encoding ? { 'content-encoding': encoding } : {}),
        },
        body: encoding ? gzipSync(body) : body,
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      const length = Number(response.headers.get('inference-header-content-length'))
      expect(JSON.parse(bytes.toString('utf8', 0, length)).outputs).toEqual([
        { name: 'label', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: 8 } },
        { name: 'confidence', shape: [1], datatype: 'FP32', data: [expect.any(Number)] },
      ])
      expect(bytes.subarray(length)).toEqual(Buffer.from('\u0004\0\0\0spam', 'latin1'))
    }
  })
  it('asks the version in the path', async () => {
    await test.deploy('pinned', test.versions[0]?.id ?? '')
    await test.deploy('pinned', test.versions[1]?.id ?? '', 30)
    await expect.poll(async () => (await test.call('GET', '/v2/models/pinned')).json.versions, { timeout: 5_000 }).toEqual(['1', '2'])
    for (const version of [1, 2]) {
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => infer({ inputs }, { path: `/v2/models/pinned/versions/${version}/infer` })),
      )
      expect(new Set(answers.map(({ json }) => json.model_version))).toEqual(new Set([String(version)]))
    }
  })
})

describe('refusals are {"error"} with a status of the protocol', () => {
  it.each([
    ['not JSON', '{"inputs":', 400],
    ['an empty body', '', 400],
    ['a list', [], 400],
    ['a missing input', { inputs: inputs.slice(0, 1) }, 400],
    ['an unknown output', { inputs, outputs: [{ name: 'logits' }] }, 400],
    ['1,001 records', { inputs: [{ name: 'hour', shape: [1001], datatype: 'FP32', data: new Array(1001).fill(1) }] }, 413],
    ['over 1 MB', { inputs, id: 'x'.repeat(1024 * 1024) }, 413],
    ['a million brackets', '['.repeat(1_000_000), 400],
  ])('%s', async (_name, body, status) => {
    const answer = await infer(body)
    expect(answer.status).toBe(status)
    expect(inferError.parse(answer.json).error).toMatch(/\.$/)
    expect(answer.text).not.toMatch(/node_modules|at .*\.ts/)
  })
  it('a compressed body that grows past the bound, and one that is not compressed', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20))
    expect((await infer(bomb, { headers: { 'content-encoding': 'gzip' } })).status).toBe(413)
    expect((await infer({ inputs }, { headers: { 'content-encoding': 'gzip' } })).status).toBe(400)
    expect((await infer({ inputs }, { headers: { 'content-encoding': 'br' } })).status).toBe(400)
  })
  it('a key that may not', async () => {
    const key = await test.makeKey({ deployments: ['other'] })
    const { status, json } = await infer({ inputs }, { headers: { authorization: `Bearer ${key}` } })
    expect(status).toBe(403)
    inferError.parse(json)
  })
  it('takes a key as X-API-Key too', async () => {
    expect((await infer({ inputs }, { headers: { authorization: '', 'x-api-key': test.key } })).status).toBe(200)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerRegressor } from '#server/testing/small-regressor'
import { type TestGateway, testGateway } from '#server/testing/test-gateway'

let test: TestGateway
beforeAll(async () => {
  test = await testGateway()
})
afterAll(() => test?.close())

const invoke = (
  body: unknown,
  { path = '/v1/triage/invocations', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
) => test.call('POST', path, { body, headers: { 'content-type': 'application/json', ...headers } })
const csv = { 'content-type': 'text/csv' }

describe('answers', () => {
  const split = {
    columns: ['hour', 'body'],
    data: [
      [3, 'spam'],
      [9, 'Lunch?'],
    ],
  }
  it.each([
    ['dataframe_split', { dataframe_split: split }],
    ['dataframe_split with an index', { dataframe_split: { index: [0, 1], ...split } }],
    [
      'dataframe_records',
      {
        dataframe_records: [
          { body: 'spam', hour: 3 },
          { body: 'Lunch?', hour: 9 },
        ],
      },
    ],
    [
      'instances by name',
      {
        instances: [
          { body: 'spam', hour: 3 },
          { body: 'Lunch?', hour: 9 },
        ],
      },
    ],
    [
      'instances by position',
      {
        instances: [
          ['spam', 3],
          ['Lunch?', 9],
        ],
      },
    ],
    ['inputs as columns', { inputs: { body: ['spam', 'Lunch?'], hour: [3, 9] } }],
    ['inputs as columns of one', { inputs: { body: [['spam'], ['Lunch?']], hour: [[3], [9]] } }],
    [
      'inputs as rows',
      {
        inputs: [
          { body: 'spam', hour: 3 },
          { body: 'Lunch?', hour: 9 },
        ],
      },
    ],
    [
      'columns that the model does not read',
      {
        dataframe_records: [
          { body: 'spam', hour: 3, extra: 1 },
          { body: 'Lunch?', hour: 9, __proto__: 1 },
        ],
      },
    ],
    [
      'params beside',
      {
        instances: [
          ['spam', 3],
          ['Lunch?', 9],
        ],
        params: { a: 1 },
      },
    ],
  ])('%s', async (_name, body) => {
    const { status, json } = await invoke(body)
    expect(json).toMatchObject({ predictions: ['spam', 'ham'], deployment: 'triage', release: 1 })
    expect(json.details).toEqual([
      { id: expect.stringMatching(/^p_/), confidence: expect.closeTo(0.908877, 5), version: 'v1', fallback: null },
      { id: expect.stringMatching(/^p_/), confidence: expect.any(Number), version: 'v1', fallback: null },
    ])
    expect(status).toBe(200)
  })
  it('a CSV as pandas writes it: an index, quotes, missing values and lines of Windows', async () => {
    const text = ',body,hour\r\n0,spam,3\r\n1,"a ""quoted"", text\nof two lines",\r\n2,spam,NaN\r\n'
    const { json } = await invoke(text, { headers: csv })
    expect(json.predictions).toEqual(['spam', 'ham', 'spam'])
  })
  it('numbers of a regressor with their interval', async () => {
    const { versionId } = await registerRegressor(test.house, 'homes')
    await test.deploy('price', versionId)
    await expect
      .poll(async () => (await invoke({ instances: [100] }, { path: '/v1/price/invocations' })).status, { timeout: 5_000 })
      .toBe(200)
    const { json } = await invoke({ inputs: [100, 120] }, { path: '/v1/price/invocations' })
    expect(json.predictions).toEqual([expect.closeTo(3000, -2), expect.closeTo(3400, -2)])
    expect(json.details).toEqual([
      expect.objectContaining({ interval: { low: expect.any(Number), high: expect.any(Number), share: expect.any(Number) } }),
      expect.anything(),
    ])
  })
})

describe('the deployment without a name in the path', () => {
  const body = { instances: [['spam', 3]] }
  it('is that of a key for one', async () => {
    const authorization = `Bearer ${await test.makeKey({ deployments: ['triage'] })}`
    expect((await invoke(body, { path: '/invocations', headers: { authorization } })).json.predictions).toEqual(['spam'])
  })
  it('is that of the header', async () => {
    expect((await invoke(body, { path: '/invocations', headers: { 'x-stageline-deployment': 'triage' } })).status).toBe(200)
  })
  it.each([
    [{}, 400, 'BAD_REQUEST'],
    [{ 'x-stageline-deployment': 'nowhere' }, 404, 'RESOURCE_DOES_NOT_EXIST'],
    [{ authorization: '' }, 401, 'UNAUTHENTICATED'],
  ])('is refused for %j', async (headers, status, code) => {
    const answer = await invoke(body, { path: '/invocations', headers })
    expect(answer).toMatchObject({ status, json: { error_code: code, message: expect.stringMatching(/\.$/) } })
  })
  it('has health and version as MLflow has them', async () => {
    expect(await test.call('GET', '/ping')).toMatchObject({ status: 200, text: '\n' })
    expect((await test.call('GET', '/version')).text).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

describe('refusals are {"error_code", "message"}', () => {
  it.each([
    ['not JSON', '{', /not JSON/],
    ['a list', [1], /an array.*exactly one of/],
    ['none of the formats', { data: [] }, /this one has none of them/],
    ['two of the formats', { instances: [], inputs: [] }, /instances and inputs/],
    ['a missing column', { dataframe_records: [{ body: 'x' }] }, /lacks the field "hour"/],
    ['a text for a number', { dataframe_records: [{ body: 'x', hour: '9' }] }, /must be a number/],
    ['rows of another width', { dataframe_split: { columns: ['body', 'hour'], data: [['x']] } }, /Row 1 .* is 1 values/],
    ['a split without columns', { dataframe_split: { data: [] } }, /the arrays "columns" and "data"/],
    ['rows without names of another width', { instances: [['x']] }, /1 values without names, but the model reads 2: body, hour/],
    ['columns of different lengths', { inputs: { body: ['x'], hour: [1, 2] } }, /differ in length: "hour" has 2/],
    ['no record', { instances: [] }, /no record/],
    ['a number as instances', { instances: 3 }, /"instances" must be an array/],
    ['a hidden prototype', '{"dataframe_records":[{"__proto__":{"body":"x","hour":1}}]}', /lacks the field "body"/],
  ])('%s', async (_name, body, words) => {
    const { status, json } = await invoke(body)
    expect(status).toBe(400)
    expect(json).toEqual({ error_code: 'BAD_REQUEST', message: expect.stringMatching(words) })
  })
  it.each([
    ['empty', '', /empty/],
    ['a header only', 'body,hour\n', /no record/],
    ['an open quote', 'body,hour\n"x,1\n', /cannot be read at row 2/],
    ['a text for a number', 'body,hour\nx,nine\n', /must be a number/],
    ['a short row', 'body,hour\nx\n', /Row 1 of the CSV has 1 values/],
  ])('a CSV: %s', async (_name, body, words) => {
    const { status, json } = await invoke(body, { headers: csv })
    expect(status).toBe(400)
    expect(json.message).toMatch(words)
  })
  it('too many and too large', async () => {
    expect((await invoke({ instances: new Array(1001).fill(['x', 1]) })).status).toBe(413)
    expect((await invoke(`body,hour\n${'x,1\n'.repeat(1001)}`, { headers: csv })).status).toBe(413)
    expect((await invoke('x'.repeat(1024 * 1024 + 1))).json.error_code).toBe('BAD_REQUEST')
  })
})

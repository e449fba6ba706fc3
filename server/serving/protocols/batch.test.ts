import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { advanceJob, getJob } from '#db/queries/jobs'
import { keepAsDataSet } from '#server/batch/keep-as-data-set'
import { runBatch } from '#server/batch/run-batch'
import { openTables } from '#server/tables/open-tables'
import { type TestGateway, testGateway } from '#server/testing/test-gateway'

let test: TestGateway
beforeAll(async () => {
  test = await testGateway()
  const { house } = test
  const tables = openTables({
    artifacts: house.artifacts,
    scratch: path.join(house.env.home, 'scratch'),
    signal: new AbortController().signal,
  })
  const mails = await tables.query(
    "SELECT i AS id, CASE WHEN i % 2 = 0 THEN 'spam' ELSE 'x' END AS body, 1.0 AS hour FROM range(10) r(i)",
    {},
  )
  await keepAsDataSet(house, { name: 'mails', table: mails, createdBy: null })
  await keepAsDataSet(house, { name: 'others', table: await tables.query('SELECT 1 AS id', {}), createdBy: null })
  tables.close()
  await test.deploy('other', test.versions[1]?.id ?? '')
  await vi.waitFor(async () => expect((await test.call('GET', '/v1/other')).status).toBe(200), { timeout: 5_000 })
})
afterAll(() => test?.close())

/** What a worker does with an ordered batch. */
async function work(id: string): Promise<void> {
  const { house } = test
  const { input } = await getJob(house.db, id)
  await advanceJob(house.db, { id, event: 'start' })
  const result = await runBatch(input, {
    house,
    jobId: id,
    createdBy: null,
    progress: () => undefined,
    signal: new AbortController().signal,
    now: Date.now,
  })
  await advanceJob(house.db, { id, event: 'finish', result })
}

const order = (body: unknown, headers: Record<string, string> = {}) => test.call('POST', '/v1/triage/batches', { body, headers })

describe('a batch by HTTP', () => {
  it('is ordered, seen and downloaded', async () => {
    const ordered = await order({ dataset: 'mails', version: 1, name: 'mails, answered', columns: ['id'] })
    expect(ordered.status).toBe(202)
    const { id, url } = ordered.json
    expect(url).toBe(`/v1/triage/batches/${id}`)
    expect(ordered.headers.get('location')).toBe(url)
    expect((await test.call('GET', String(url))).json).toMatchObject({ id, status: 'queued' })
    const early = await test.call('GET', `${url}/result`)
    expect([early.status, early.json.error]).toMatchObject([409, { message: expect.stringContaining('has no result: it is queued') }])

    await work(String(id))
    const { json } = await test.call('GET', String(url))
    expect(json).toMatchObject({
      status: 'done',
      result: {
        url: `${url}/result`,
        rows: 10,
        version: expect.stringMatching(/@1$/),
        columns: ['id', 'predicted', 'confidence', 'predicted_by'],
        dataset: 'mails, answered',
        dataset_version: 1,
      },
    })
    const file = await test.call('GET', `${url}/result`)
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/vnd.apache.parquet'])
    expect(file.text.startsWith('PAR1')).toBe(true)
  })

  it('can be cancelled, and twice is no harm', async () => {
    const { json } = await order({ dataset: 'mails' })
    const cancelled = await test.call('DELETE', String(json.url))
    expect([cancelled.status, cancelled.json.status]).toEqual([200, 'cancelled'])
    expect((await test.call('DELETE', String(json.url))).json.status).toBe('cancelled')
  })

  it.each<[string, unknown, number, RegExp]>([
    ['an empty body', '', 400, /Send \{"dataset": "…"\}/],
    ['no JSON', '{', 400, /not JSON/],
    ['no data set', {}, 422, /"dataset" does not fit/],
    ['a field that is not known', { dataset: 'mails', colums: ['id'] }, 422, /"colums" does not fit/],
    ['a data set that is not there', { dataset: 'nothing' }, 404, /no data set "nothing"/],
    ['a version that is not there', { dataset: 'mails', version: 7 }, 404, /version 7/],
    ['rows without a column that the model reads', { dataset: 'others' }, 422, /reads the column "body", which these rows lack/],
    ['a column to keep that is not there', { dataset: 'mails', columns: ['sender'] }, 422, /no column "sender" to keep/],
  ])('refuses %s', async (_name, body, status, sentence) => {
    const refused = await order(body)
    expect(refused.status).toBe(status)
    expect(refused.json.error).toMatchObject({ message: expect.stringMatching(sentence) })
  })

  it('needs a key that may, here', async () => {
    const of = async (scope: Parameters<TestGateway['makeKey']>[0]) => ({ authorization: `Bearer ${await test.makeKey(scope)}` })
    expect((await order({ dataset: 'mails' }, await of({ actions: ['predict'] }))).status).toBe(403)
    expect((await order({ dataset: 'mails' }, await of({ deployments: ['other'] }))).status).toBe(403)
    expect((await order({ dataset: 'mails' }, await of({ deployments: ['triage'], actions: ['batch'] }))).status).toBe(202)
    expect((await order({ dataset: 'mails' }, { authorization: 'Bearer sl_nobody' })).status).toBe(401)
  })

  it('counts against the rows that a key may ask for in a day; one that is refused does not', async () => {
    const headers = { authorization: `Bearer ${await test.makeKey({ rowsPerDay: 25 })}` }
    expect((await order({ dataset: 'mails' }, headers)).status).toBe(202)
    expect((await order({ dataset: 'mails', columns: ['sender'] }, headers)).status).toBe(422)
    expect((await order({ dataset: 'mails' }, headers)).status).toBe(202)
    const refused = await order({ dataset: 'mails' }, headers)
    expect([refused.status, refused.json.error]).toMatchObject([
      429,
      { message: expect.stringMatching(/25 rows a day; 5 are left, and this request has 10/) },
    ])
    expect((await test.call('POST', '/v1/triage/predict', { body: { body: 'x', hour: 1 }, headers })).status).toBe(200)
  })

  it('is not seen by another deployment, nor is a job of another kind', async () => {
    const { json } = await order({ dataset: 'mails' })
    expect((await test.call('GET', `/v1/other/batches/${json.id}`)).status).toBe(404)
    expect((await test.call('GET', '/v1/triage/batches/nonsense')).status).toBe(404)
    expect((await test.call('GET', `/v1/triage/batches/${crypto.randomUUID()}`)).status).toBe(404)
  })
})

import http from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type TestGateway, testGateway } from '#server/testing/test-gateway'

let test: TestGateway
beforeAll(async () => {
  test = await testGateway()
})
afterAll(() => test?.close())

const record = { body: 'spam', hour: 3 }
const accept = { accept: 'text/event-stream' }
const predictionsSchema = z.object({ from: z.int(), predictions: z.array(z.object({ id: z.string(), label: z.string() })) })

const predict = (body: unknown, headers: Record<string, string> = {}) =>
  test.call('POST', '/v1/triage/predict', { body, headers: { ...accept, 'content-type': 'application/json', ...headers } })

/** The events of a stream, by the rules of the HTML standard as far as they are used here. */
function eventsOf(text: string): { event: string; data: unknown }[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map((block) => {
      const [event = '', data = ''] = block.split('\n').map((line) => line.slice(line.indexOf(': ') + 2))
      return { event, data: JSON.parse(data) }
    })
}

async function countLogged(): Promise<number> {
  const { rows } = await test.house.pool.query<{ n: string }>('select count(*) as n from predictions')
  return Number(rows[0]?.n)
}

describe('a long batch', () => {
  it('is answered in order and in parts, each record once, and is logged', async () => {
    const records = Array.from({ length: 1_234 }, (_, i) => (i % 2 ? record : { body: 'Lunch?', hour: 1 }))
    const { status, headers, text } = await predict(records)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/event-stream/)
    const events = eventsOf(text)
    expect(events.map(({ event }) => event)).toEqual([...new Array(5).fill('predictions'), 'done'])
    expect(events.at(-1)?.data).toEqual({ records: 1_234, deployment: 'triage', release: 1 })
    const parts = events.slice(0, -1).map(({ data }) => predictionsSchema.parse(data))
    expect(parts.map(({ from }) => from)).toEqual([0, 250, 500, 750, 1_000])
    const answers = parts.flatMap(({ predictions }) => predictions)
    expect(answers.map(({ label }) => label)).toEqual(records.map(({ body }) => (body === 'spam' ? 'spam' : 'ham')))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1_234)
    await expect.poll(countLogged, { timeout: 10_000 }).toBe(1_234)
  })
  it('of lines', async () => {
    const { text } = await predict(`${JSON.stringify(record)}\n`.repeat(300), { 'content-type': 'application/x-ndjson' })
    expect(eventsOf(text).at(-1)).toMatchObject({ event: 'done', data: { records: 300 } })
  })
  it('without the header is answered at once, as lines too', async () => {
    const { json } = await test.call('POST', '/v1/triage/predict', {
      body: `${JSON.stringify(record)}\n${JSON.stringify(record)}\n`,
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(json.predictions).toHaveLength(2)
  })
  it('of more than fits a single request', async () => {
    const body = Array.from({ length: 3_000 }, () => ({ body: 'word '.repeat(120), hour: 3 }))
    expect(JSON.stringify(body).length).toBeGreaterThan(1024 * 1024)
    expect(eventsOf((await predict(body)).text).at(-1)).toMatchObject({ event: 'done', data: { records: 3_000 } })
  })
})

describe('what is wrong', () => {
  it.each([
    ['with the first records', [record, { body: 'x' }], 422, { record: 2, field: 'hour' }],
    ['with the array', '[{"body":"x","hour":1}', 400, {}],
    ['with a record', '[nonsense]', 400, {}],
    ['for there is none', '', 422, {}],
  ])('%s is said by the status', async (_name, body, status, about) => {
    const answer = await predict(body)
    expect(answer).toMatchObject({ status, json: { error: { message: expect.stringMatching(/\.$/), ...about } } })
  })
  it('later is an event, after the answers before it', async () => {
    const events = eventsOf((await predict([...Array.from({ length: 600 }, () => record), { ...record, hour: 'nine' }])).text)
    expect(events.map(({ event }) => event)).toEqual(['predictions', 'predictions', 'error'])
    expect(events.at(-1)?.data).toEqual({
      from: 500,
      error: { code: 'bad_input', message: expect.stringContaining('"hour" of record 601'), field: 'hour', record: 601 },
    })
  })
  it('is too much', async () => {
    expect((await predict('1\n'.repeat(100_001))).status).toBe(413)
    expect((await predict(Buffer.alloc(32 * 1024 * 1024 + 1, 0x20))).status).toBe(413)
  })
  it('is a key that may not', async () => {
    expect((await predict([record], { authorization: '' })).status).toBe(401)
  })
})

describe('slow readers', () => {
  const many = Array.from({ length: 60_000 }, () => record)

  function open(): Promise<http.IncomingMessage> {
    const { hostname, port } = new URL(test.gateway.url)
    return new Promise((resolve, reject) => {
      const request = http.request({
        hostname,
        port,
        method: 'POST',
        path: '/v1/triage/predict',
        headers: { ...accept, authorization: `Bearer ${test.key}` },
        agent: false,
      })
      request.on('response', resolve).on('error', reject)
      request.end(JSON.stringify(many))
    })
  }

  it('slow down their own batch only: it waits, others are answered, and hanging up ends it', async () => {
    const before = await countLogged()
    const response = await open()
    response.pause()
    // Two looks with nothing read between them: what was answered fills the socket and stands still.
    const settled = async () => {
      for (let last = -1; ; ) {
        const now = await countLogged()
        if (now === last && now > before) return now - before
        last = now
        await new Promise((resolve) => setTimeout(resolve, 2_500))
      }
    }
    const answered = await settled()
    expect(answered).toBeLessThan(many.length)
    expect((await test.call('POST', '/v1/triage/predict', { body: record })).status).toBe(200)
    response.destroy()
    const after = await settled()
    expect(after).toBeLessThan(answered + 1_000)
  }, 60_000)

  it('are four at once; a fifth is told to come back', async () => {
    const open4 = await Promise.all([open(), open(), open(), open()])
    for (const response of open4) response.pause()
    const fifth = await predict([record])
    expect(fifth.status).toBe(503)
    expect(fifth.headers.get('retry-after')).toBe('5')
    for (const response of open4) response.destroy()
    await expect.poll(async () => (await predict([record])).status, { timeout: 5_000 }).toBe(200)
  }, 60_000)
})

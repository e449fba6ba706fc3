import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApiKey } from '#db/queries/api-keys'
import type { House } from '#server/house'
import { deployTiny } from '#server/monitor/testing'
import { secretKey } from '#server/secret-key'
import { killGateways, startGateway } from '#server/testing/gateway-processes'
import { testHouse } from '#server/testing/test-house'
import { internalKey, newApiKey } from '../keys/key-ring'
import { textBelow, until } from '../log/testing'
import { parsePrometheus, startCollector } from './testing'

/** Stands in for what a person wrote: it must turn up nowhere but in the answer. */
const secret = 'jane-doe-555-0199'
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
let house: House
let url: string
let logs = ''
let collector: Awaited<ReturnType<typeof startCollector>>
let gateway: ChildProcess

beforeAll(async () => {
  house = await testHouse()
  const { deploymentId } = await deployTiny(house, 'told')
  await house.pool.query(`update deployments set settings = '{"log": {"inputs": "none"}}' where id = $1`, [deploymentId])
  collector = await startCollector()
  const started = await startGateway(house, {
    env: { STAGELINE_LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    onLog: (text) => {
      logs += text
    },
  })
  url = started.url
  gateway = started.child
}, 60_000)
afterAll(async () => {
  await killGateways()
  await collector?.close()
  await house?.close()
})

const authorization = () => `Bearer ${internalKey(secretKey(house.env))}`
const predict = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/told/predict?note=${secret}`, {
    method: 'POST',
    headers: { authorization: authorization(), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
async function metrics(headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/metrics`, { headers })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('version=0.0.4')
  return parsePrometheus(await response.text()).samples
}
async function keyFor(deployments: string[]) {
  const { secret: own, hash, prefix } = newApiKey()
  await createApiKey(house.db, { name: 'scraper', prefix, hash, deployments, createdBy: null })
  return own
}

it('a request is counted and traced, and its trace goes on', async () => {
  const response = await predict(
    [
      { body: secret, hour: 3 },
      { body: 'x', hour: null },
    ],
    { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  )
  expect(response.status).toBe(200)
  expect(response.headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
  expect((await predict({ body: 'x', hour: 1 })).headers.get('traceparent')).toMatch(/^00-(?!4bf92f)[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect((await predict({ body: 'x', hour: 1 }, { traceparent: `00-${traceId}-00f067aa0ba902b7-00` })).headers.get('traceparent')).toMatch(
    /-00$/,
  )
  // Nonsense begins a trace of its own, and is no error.
  expect((await predict({ body: 'x', hour: 1 }, { traceparent: `00-${secret}` })).status).toBe(200)
})

it('refusals of all kinds are counted under few labels', async () => {
  const odd = [{ body: secret, hour: secret }, `{"body": "${secret}`, [], { [secret]: 1 }]
  for (const body of odd) expect((await predict(body, { 'x-stageline-key': secret })).status).toBeGreaterThanOrEqual(400)
  expect(
    (await fetch(`${url}/v1/told/predict`, { method: 'POST', body: secret, headers: { authorization: `Bearer ${secret}` } })).status,
  ).toBe(401)
  expect((await fetch(`${url}/${'nowhere'}`)).status).toBe(404)
  await until(
    async () => (await metrics()).some(({ name, labels }) => name === 'stageline_requests_total' && labels.status === '422'),
    'they are counted',
  )
  const all = await metrics({ authorization: authorization() })
  const requests = all.filter(({ name }) => name === 'stageline_requests_total')
  expect(requests.filter(({ labels }) => labels.status === '200').reduce((sum, { value }) => sum + value, 0)).toBe(4)
  expect(new Set(requests.map(({ labels }) => labels.deployment))).toEqual(new Set(['told']))
  expect(all.filter(({ name }) => name === 'stageline_predictions_total').reduce((sum, { value }) => sum + value, 0)).toBe(5)
  expect(
    all.some(
      ({ name, labels }) => name === 'http_request_duration_seconds_count' && labels.route === 'unmatched' && labels.status_code === '404',
    ),
  ).toBe(true)
  expect(
    all.filter(({ name }) => name === 'stageline_model_load_seconds_count').reduce((sum, { value }) => sum + value, 0),
  ).toBeGreaterThan(0)
  expect(all.some(({ name, value }) => name === 'stageline_batch_rows_sum' && value > 0)).toBe(true)
})

it('figures name nothing without a key, and what it may call with one', async () => {
  expect((await metrics()).some(({ labels }) => labels.deployment !== undefined || labels.model !== undefined)).toBe(false)
  const other = await keyFor(['other'])
  const mine = await keyFor(['told'])
  expect((await metrics({ authorization: `Bearer ${other}` })).some(({ labels }) => labels.deployment === 'told')).toBe(false)
  expect((await metrics({ authorization: `Bearer ${mine}` })).some(({ labels }) => labels.deployment === 'told')).toBe(true)
  expect((await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer sl_wrong' } })).status).toBe(401)
})

it('spans go from the request to the route to the model, metrics beside them; nothing that a caller wrote is in them, in logs or on disk', async () => {
  gateway.kill('SIGTERM')
  await once(gateway, 'exit')
  const spans = spansOf(collector.got.filter(({ path: at }) => at === '/v1/traces').map(({ body }) => body))
  const own = spans.filter((span) => span.traceId === traceId)
  const server = own.find((span) => span.parentSpanId === '00f067aa0ba902b7')
  expect(server).toMatchObject({ name: 'POST /v1/:deployment/predict', kind: 2 })
  const route = own.find((span) => span.parentSpanId === server?.spanId)
  expect(route?.name).toBe('route')
  expect(own.find((span) => span.parentSpanId === route?.spanId)?.name).toMatch(/^model v\d$/)
  // The caller said of one of them that it is not to be traced.
  expect(own).toHaveLength(3)

  const names = JSON.stringify(collector.got.filter(({ path: at }) => at === '/v1/metrics'))
  for (const name of ['http_request_duration_seconds', 'stageline_predictions_total', 'process_resident_memory_bytes', 'stageline-gateway'])
    expect(names).toContain(name)
  expect(collector.got.every(({ type }) => type === 'application/json')).toBe(true)

  expect(logs).toContain('the gateway answers')
  for (const [where, text] of [
    ['logs', logs],
    ['traces and metrics', collector.text()],
    ['the disk', textBelow(house.env.home)],
  ] as const) {
    expect(text.includes(secret), `what a caller wrote is in ${where}`).toBe(false)
  }
})

type SeenSpan = { traceId: string; spanId: string; parentSpanId?: string; name: string; kind: number }

/** The spans of OTLP/JSON bodies. */
function spansOf(bodies: readonly unknown[]): SeenSpan[] {
  // The shape that the OTLP specification gives to ExportTraceServiceRequest.
  const requests = bodies as { resourceSpans: { scopeSpans: { spans: SeenSpan[] }[] }[] }[]
  return requests.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)))
}

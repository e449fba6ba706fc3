import { Validator } from '@seriousme/openapi-schema-validator'
import { type Document, OpenAPIClientAxios } from 'openapi-client-axios'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { registerRegressor } from '#server/testing/small-regressor'
import { type TestGateway, testGateway } from '#server/testing/test-gateway'

let test: TestGateway
beforeAll(async () => {
  test = await testGateway({ STAGELINE_GATEWAY_ORIGINS: 'https://shop.example, http://localhost:9' })
  const { versionId } = await registerRegressor(test.house, 'homes')
  await test.deploy('price', versionId)
  await vi.waitFor(async () => expect((await test.call('GET', '/v1/price')).status).toBe(200), { timeout: 5_000 })
})
afterAll(() => test?.close())

describe('the OpenAPI document', () => {
  it.each(['/openapi.json', '/v1/triage/openapi.json', '/v1/price/openapi.json'])('%s is valid OpenAPI 3.1', async (path) => {
    const { status, json } = await test.call('GET', path)
    expect(status).toBe(200)
    const validator = new Validator()
    const result = await validator.validate(json)
    expect(result.errors ?? '').toBe('')
    expect(result.valid).toBe(true)
    expect(validator.version).toBe('3.1')
    // Every reference leads somewhere.
    expect(() => validator.resolveRefs()).not.toThrow()
    expect(JSON.stringify(json)).toContain(test.gateway.url)
  })
  it('has what the key may see and no more', async () => {
    const authorization = `Bearer ${await test.makeKey({ deployments: ['price'] })}`
    const paths = Object.keys((await test.call('GET', '/openapi.json', { headers: { authorization } })).json.paths ?? {})
    expect(paths).toContain('/v1/price/predict')
    expect(paths.filter((path) => path.includes('triage'))).toEqual([])
    const predictOnly = `Bearer ${await test.makeKey({ actions: ['predict'] })}`
    expect((await test.call('GET', '/openapi.json', { headers: { authorization: predictOnly } })).status).toBe(403)
    expect((await test.call('GET', '/v1/triage/openapi.json', { headers: { authorization } })).status).toBe(403)
    expect((await test.call('GET', '/openapi.json', { headers: { authorization: '' } })).status).toBe(401)
  })
  it('has examples that the gateway answers', async () => {
    // the document was found valid above; its shape is that of openapi/document.ts
    const { paths } = (await test.call('GET', '/openapi.json')).json as {
      paths: Record<
        string,
        {
          post?: { requestBody: { content: { 'application/json': { example?: unknown; examples?: Record<string, { value: unknown }> } } } }
        }
      >
    }
    let asked = 0
    for (const [path, { post }] of Object.entries(paths)) {
      if (!post) continue
      const { example, examples = {} } = post.requestBody.content['application/json']
      for (const body of [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)]) {
        const { status, text } = await test.call('POST', path.replace('{version}', '1'), { body })
        expect({ path, status, text: status === 200 ? '' : text }).toEqual({ path, status: 200, text: '' })
        asked += 1
      }
    }
    expect(asked).toBeGreaterThanOrEqual(16)
  })
})

describe('the page', () => {
  it('names nothing without a key, and loads nothing from elsewhere', async () => {
    const { status, headers, text } = await test.call('GET', '/docs', { headers: { authorization: '' } })
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(text).not.toMatch(/triage|price/)
    for (const [, address] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(address).toMatch(/^\//)
      const { status: found } = await test.call('GET', address ?? '')
      expect(found).toBe(200)
    }
  })
  it('shows what the key may see, with every name escaped', async () => {
    const { text } = await test.call('GET', '/docs/deployments')
    expect(text).toContain('data-deployment="triage"')
    expect(text).toContain('<code>ham</code>')
    expect(text).toContain('&quot;body&quot;: &quot;Lunch at noon?&quot;')
    expect((await test.call('GET', '/docs/deployments', { headers: { authorization: '' } })).status).toBe(401)
  })
})

describe('browsers', () => {
  const preflight = (origin: string, path = '/v1/triage/predict') =>
    fetch(`${test.gateway.url}${path}`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })
  it('of a listed origin may call, and of no other', async () => {
    const listed = await preflight('https://shop.example')
    expect(listed.status).toBe(204)
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(listed.headers.get('access-control-allow-headers')).toContain('authorization')
    expect(listed.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS')
    const other = await preflight('https://evil.example')
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
    const answer = await test.call('POST', '/v1/triage/predict', {
      body: { body: 'x', hour: 1 },
      headers: { origin: 'https://shop.example' },
    })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(answer.headers.get('vary')).toBe('origin')
    const refused = await test.call('POST', '/v1/triage/predict', { body: {}, headers: { origin: 'https://shop.example' } })
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  })
  it('are told what an address takes', async () => {
    expect((await preflight('https://evil.example', '/v1/triage')).headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    expect((await preflight('https://shop.example', '/nothing')).status).toBe(404)
    expect((await fetch(`${test.gateway.url}/health`, { method: 'HEAD' })).status).toBe(200)
  })
})

/** openapi-client-axios reads a document and makes its operations callable; nobody here wrote it. */
describe('a client made from the document', () => {
  async function clientOf(path: string) {
    const definition: Document = JSON.parse((await test.call('GET', path)).text)
    const client = await new OpenAPIClientAxios({
      definition,
      axiosConfigDefaults: { headers: { authorization: `Bearer ${test.key}` } },
    }).init()
    return async (operation: string, body?: unknown, parameters: Record<string, string> = {}) => {
      const answer = await client[operation]?.(parameters, body)
      if (!answer) throw new Error(`the document has no operation ${operation}`)
      return answer.data
    }
  }

  it('predicts, infers and reports', async () => {
    const call = await clientOf('/openapi.json')
    const answer = await call('triage.predict', { body: 'spam', hour: 3 }, { 'x-stageline-key': 'me' })
    expect(answer).toMatchObject({ label: 'spam', version: 'v1', fallback: null, deployment: 'triage' })
    const inputs = [{ name: 'area', shape: [1], datatype: 'FP32', data: [100] }]
    expect(await call('price.inferVersion', { id: '7', inputs }, { version: '1' })).toMatchObject({ model_version: '1', id: '7' })
    const invoked = await call('triage.invocations', { dataframe_records: [{ body: 'spam', hour: 3 }] })
    expect(invoked.predictions).toEqual(['spam'])
    expect(await call('triage.outcomes', [{ id: answer.id, truth: 'spam' }])).toEqual({ accepted: 1 })
  })
  it('reads the metadata of the protocol', async () => {
    const call = await clientOf('/v1/price/openapi.json')
    const { outputs } = await call('price.metadata')
    expect(outputs.map(({ name }: { name: string }) => name)).toEqual(['value', 'low', 'high'])
  })
})

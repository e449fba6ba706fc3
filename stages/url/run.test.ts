import http from 'node:http'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type TestStageContext, testStageContext } from '../testing'
import { isPrivate } from './fetch-file'
import { run } from './run'
import { url } from './spec'

let server: http.Server
let base: string
const seen: (string | undefined)[] = []
beforeAll(async () => {
  server = http.createServer((request, response) => {
    seen.push(request.headers.authorization)
    if (request.url === '/t.csv') response.end('a,b\n1,x\n2,y\n3\n')
    else if (request.url === '/hop') response.writeHead(302, { location: '/t.csv' }).end()
    else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else if (request.url === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    else if (request.url === '/page') response.end('<!DOCTYPE html><p>Sign in</p>')
    else if (request.url === '/slow') response.write('a,b\n')
    else if (request.url === '/big') response.end('x'.repeat(3 << 20))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  base = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

let ctx: TestStageContext | undefined
afterEach(() => ctx?.dispose())

async function fetchUrl(path: string, more: Record<string, unknown> = {}, privateUrls = true) {
  ctx = await testStageContext({ secrets: { TOKEN: 'Bearer 7' } })
  return run({
    params: url.params.parse({ url: path.startsWith('/') ? base + path : path, ...more }),
    inputs: {},
    ctx: { ...ctx, settings: { privateUrls } },
  })
}

it('loads a table and says how, also behind a redirect, with the secret of the header', async () => {
  const { table, report } = await fetchUrl('/hop', { secret: 'TOKEN' })
  expect(table).toMatchObject({
    rows: 3,
    columns: [
      { name: 'a', type: 'integer' },
      { name: 'b', type: 'text' },
    ],
  })
  expect(await ctx?.readReport(report.artifact, 'load')).toMatchObject({ read: 3, kept: 3, refused: 0 })
  expect(seen.slice(-2)).toEqual(['Bearer 7', 'Bearer 7'])
})

it.each([
  ['/nothing', {}, 'answered 404'],
  ['/loop', {}, 'redirects more than 5 times'],
  ['/file', {}, 'no web address'],
  ['/page', {}, 'a web page or XML'],
  ['/big', { maxMb: 1 }, 'larger than 1 MB'],
  ['/slow', { timeoutSeconds: 1 }, 'longer than 1 s'],
  ['ftp://example.org/x', {}, 'must start with https://'],
  ['http://127.0.0.1:1/x', {}, 'does not answer'],
])('refuses %s in a sentence', async (path, more, sentence) => {
  await expect(fetchUrl(path, more)).rejects.toThrow(sentence)
})

it.each([
  '/t.csv',
  'http://localhost/x',
  'http://[::1]/x',
  'http://2130706433/x',
  'http://169.254.169.254/latest/meta-data',
  'http://[::ffff:10.0.0.1]/',
])('does not reach inside the network: %s', async (path) => {
  await expect(fetchUrl(path, {}, false)).rejects.toThrow(/private network/)
})

it('knows private addresses', () => {
  expect(
    ['10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', '0.0.0.0', 'fd00::1', 'fe80::1', '::'].filter((address) => !isPrivate(address)),
  ).toEqual([])
  expect(['8.8.8.8', '172.32.0.1', '2606:4700::1111'].filter(isPrivate)).toEqual([])
})

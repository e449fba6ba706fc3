import http from 'node:http'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type TestStageContext, testStageContext } from '../testing'
import { fetchFile, isPrivate } from './fetch-file'
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
    else if (request.url === '/silent') return
    else if (request.url === '/endless') {
      const more = () => response.write('1,2\n'.repeat(10_000), () => setImmediate(more))
      more()
    } else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('a,b\n1,2\n', () => response.destroy())
    } else if (request.url === '/cut-chunked') response.write('a,b\n1,2\n', () => response.destroy())
    else if (request.url === '/png')
      response.writeHead(200, { 'content-type': 'text/csv' }).end(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]))
    else if (request.url === '/json') response.writeHead(200, { 'content-type': 'text/csv' }).end('{"a":1}\n{"a":2}\n')
    else if (request.url === '/empty') response.end()
    else if (request.url === '/locked') response.writeHead(403).end('secret reason')
    else if (request.url?.startsWith('/to?')) response.writeHead(307, { location: decodeURIComponent(request.url.slice(4)) }).end()
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
  ['/silent', { timeoutSeconds: 1 }, 'longer than 1 s'],
  ['/endless', { maxMb: 1 }, 'larger than 1 MB'],
  ['/cut', {}, 'broke off after 8 bytes'],
  ['/cut-chunked', {}, 'broke off after 8 bytes'],
  ['/png', {}, 'a picture'],
  ['/empty', {}, 'is empty'],
  ['/locked', {}, 'answered 403'],
  ['file:///etc/passwd', {}, 'must start with https://'],
  ['http://no-such-host.invalid/x', {}, 'does not answer'],
  ['https://[::1', {}, 'is no web address'],
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

/** Here 127.0.0.1 plays a public server, and every other address of this machine the inside of the network. */
it.each([
  'http://127.0.0.2:1/x',
  'http://[::1]:1/x',
  'http://0/x',
  'http://169.254.169.254/latest/meta-data',
  'http://localhost:1/x',
  'http://0x7f.0.0.2/x',
])('a redirect does not lead inside either: %s', async (target) => {
  ctx = await testStageContext()
  const fetched = fetchFile(`${base}/to?${encodeURIComponent(target)}`, {
    to: `${ctx.scratch}/download`,
    maxBytes: 1000,
    isForbidden: (address) => address !== '127.0.0.1' && isPrivate(address),
    signal: ctx.signal,
  })
  // A name is judged by all addresses that it has; where localhost is only 127.0.0.1, nothing listens on the port.
  await expect(fetched).rejects.toThrow(target.includes('localhost') ? /private network|does not answer/ : /private network/)
})

it('a key goes to the host that it is for, and to no other', async () => {
  const before = seen.length
  const other = base.replace('127.0.0.1', 'localhost')
  await fetchUrl(`/to?${encodeURIComponent(`${other}/t.csv`)}`, { secret: 'TOKEN' })
  expect(seen.slice(before)).toEqual(['Bearer 7', undefined])
})

it('ends when the run is cancelled, also while nothing comes', async () => {
  const control = new AbortController()
  ctx = await testStageContext({ signal: control.signal })
  const waiting = run({ params: url.params.parse({ url: `${base}/silent` }), inputs: {}, ctx })
  setTimeout(() => control.abort(), 100)
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})

it('believes the content, not what the server calls it', async () => {
  const { table, report } = await fetchUrl('/json')
  expect(table).toMatchObject({ rows: 2, columns: [{ name: 'a', type: 'integer' }] })
  expect(await ctx?.readReport(report.artifact, 'load')).toMatchObject({ format: 'JSON lines' })
})

it('knows private addresses', () => {
  expect(
    [
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '0.0.0.0',
      'fd00::1',
      'fe80::1',
      '::',
      '::ffff:7f00:1',
      '2002:7f00:1::',
      '64:ff9b::7f00:1',
    ].filter((address) => !isPrivate(address)),
  ).toEqual([])
  expect(['8.8.8.8', '172.32.0.1', '2606:4700::1111'].filter(isPrivate)).toEqual([])
})

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'

export type PrometheusSample = { name: string; labels: Record<string, string>; value: number }

/** Reads the text format strictly, as its specification says: throws on the first line that does not fit. */
export function parsePrometheus(text: string): { families: Map<string, string>; samples: PrometheusSample[] } {
  const families = new Map<string, string>()
  const samples: PrometheusSample[] = []
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)$/.exec(line)
    if (type) {
      if (families.has(type[1] ?? '')) throw new Error(`twice: ${line}`)
      families.set(type[1] ?? '', type[2] ?? '')
      continue
    }
    if (/^# HELP [a-zA-Z_:][\w:]* .+$/.test(line)) continue
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN)$/.exec(line)
    if (!sample) throw new Error(`not a sample: ${line}`)
    const [, name = '', inside = '', value = ''] = sample
    if (![...families.keys()].some((family) => name === family || (families.get(family) === 'histogram' && name.startsWith(`${family}_`))))
      throw new Error(`no family: ${line}`)
    samples.push({ name, labels: parseLabels(inside), value: Number(value.replace('Inf', 'Infinity')) })
  }
  return { families, samples }
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const match = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/.exec(rest)
    if (!match) throw new Error(`not labels: ${rest}`)
    labels[match[1] ?? ''] = (match[2] ?? '').replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign))
    rest = rest.slice(match[0].length)
  }
  return labels
}

export type Collected = { path: string; type: string | undefined; body: unknown }

/** A collector on loopback that understands OTLP over HTTP with JSON and keeps what it gets. */
export async function startCollector(): Promise<{ url: string; got: Collected[]; text(): string; close(): Promise<void> }> {
  const got: Collected[] = []
  const server = createServer(async (request, response) => {
    const bytes = await bodyOf(request)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
    got.push({ path: request.url ?? '', type: request.headers['content-type'], body: JSON.parse(body.toString('utf8')) })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    got,
    text: () => JSON.stringify(got),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

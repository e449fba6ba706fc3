import { once } from 'node:events'
import net from 'node:net'

export type PacedLoad = { url: string; headers: Record<string, string>; bodies: readonly string[]; perSecond: number; seconds: number }

/** Until the client's own code is compiled its stalls would be counted as the server's. */
const warmSeconds = 1
const connections = 32

/**
 * Sends evenly spaced requests over kept-alive connections and gives the latencies in ms, ascending. The clock of a
 * request starts when it is due, not when it leaves: a server that stalls cannot hide the requests that had to wait.
 * The client is no more than it must be, since what it computes on the same processors is counted as the server's time.
 */
export async function pacedLoad({ url, headers, bodies, perSecond, seconds }: PacedLoad): Promise<number[]> {
  const requests = bodies.map((body) => requestBytes(url, headers, body))
  const lines = await Promise.all(Array.from({ length: connections }, () => openLine(url)))
  const idle = [...lines]
  const warm = Math.floor(perSecond * warmSeconds)
  const total = warm + Math.floor(perSecond * seconds)
  const latencies: number[] = []
  const startedAt = performance.now()
  const dueAt = (i: number) => startedAt + (i / perSecond) * 1000
  let sent = 0
  let answered = 0

  return new Promise((resolve, reject) => {
    const timer = setInterval(sendDue, 1)
    for (const line of lines) line.onBroken = (error) => end(() => reject(error))

    function sendDue(): void {
      while (sent < total && dueAt(sent) <= performance.now()) {
        // In turn: a server ends connections on which nothing comes.
        const line = idle.shift()
        if (!line) return
        send(line, sent)
        sent += 1
      }
    }

    function send(line: Line, i: number): void {
      line.ask(requests[i % requests.length] ?? Buffer.alloc(0), (status) => {
        if (status !== 200) return end(() => reject(new Error(`status ${status}`)))
        if (i >= warm) latencies.push(performance.now() - dueAt(i))
        answered += 1
        idle.push(line)
        if (answered === total) end(() => resolve(latencies.sort((a, b) => a - b)))
        else sendDue()
      })
    }

    function end(settle: () => void): void {
      clearInterval(timer)
      for (const line of lines) line.close()
      settle()
    }
  })
}

/** A kept-alive connection: one request at a time. */
type Line = { ask(request: Buffer, onAnswer: (status: number) => void): void; onBroken: (error: Error) => void; close(): void }

async function openLine(url: string): Promise<Line> {
  const { hostname, port } = new URL(url)
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let answer = ''
  let onAnswer: (status: number) => void = () => undefined
  const line: Line = {
    ask(request, callback) {
      onAnswer = callback
      socket.write(request)
    },
    onBroken: () => undefined,
    close: () => socket.destroy(),
  }
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    answer += chunk
    const head = answer.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: *(\d+)/i.exec(answer)?.[1])
    if (!(answer.length >= head + 4 + length)) return
    const status = Number(answer.slice(9, 12))
    answer = ''
    onAnswer(status)
  })
  socket.on('error', (error) => line.onBroken(error))
  socket.on('close', () => line.onBroken(new Error('the server closed a connection')))
  return line
}

function requestBytes(url: string, headers: Record<string, string>, body: string): Buffer {
  const { host, pathname } = new URL(url)
  const bytes = Buffer.from(body)
  const all = { host, ...headers, 'content-type': 'application/json', 'content-length': String(bytes.length) }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`POST ${pathname} HTTP/1.1\r\n${head.join('')}\r\n`), bytes])
}

/** The value below which the share `q` of ascending values lies. */
export function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? 0
}

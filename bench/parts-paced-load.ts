import http from 'node:http'

export type PacedLoad = { url: string; headers: Record<string, string>; bodies: readonly string[]; perSecond: number; seconds: number }

/** Until the client's own code is compiled its stalls would be counted as the server's. */
const warmSeconds = 1

/**
 * Sends evenly spaced requests over kept-alive connections and gives the latencies in ms, ascending. The clock of a
 * request starts when it is due, not when it leaves: a server that stalls cannot hide the requests that had to wait.
 */
export async function pacedLoad({ url, headers, bodies, perSecond, seconds }: PacedLoad): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 })
  const latencies: number[] = []
  const warm = Math.floor(perSecond * warmSeconds)
  const total = warm + Math.floor(perSecond * seconds)
  const startedAt = performance.now()
  const dueAt = (i: number) => startedAt + (i / perSecond) * 1000

  const send = (i: number) =>
    new Promise<void>((resolve, reject) => {
      const request = http.request(
        url,
        { method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json' } },
        (response) => {
          response.resume()
          response.on('end', () => {
            if (i >= warm) latencies.push(performance.now() - dueAt(i))
            if (response.statusCode === 200) resolve()
            else reject(new Error(`status ${response.statusCode}`))
          })
        },
      )
      request.on('error', reject)
      request.end(bodies[i % bodies.length])
    })

  const sent: Promise<void>[] = []
  while (sent.length < total) {
    while (sent.length < total && dueAt(sent.length) <= performance.now()) sent.push(send(sent.length))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(sent)
  agent.destroy()
  return latencies.sort((a, b) => a - b)
}

/** The value below which the share `q` of ascending values lies. */
export function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? 0
}

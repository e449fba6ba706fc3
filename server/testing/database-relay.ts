import net from 'node:net'

/** Relays to a database whose connections a test can break. */

/** A relay that can be cut and mended: to its client, a database that restarts. */
export async function relay(databaseUrl: string) {
  const { url, listen, cut } = await openRelay(databaseUrl, (socket, upstream) => socket.pipe(upstream))
  return { url, cut, mend: listen }
}

/**
 * A relay that, once armed, breaks the connection of the next commit: after the database has answered it (`arrives`), or
 * before the database has heard of it.
 */
export async function cutAtCommit(databaseUrl: string, arrives: boolean) {
  let isArmed = false
  const { url, cut } = await openRelay(databaseUrl, (socket, upstream) => {
    socket.on('data', (chunk) => {
      if (!isArmed || !chunk.includes('commit')) {
        upstream.write(chunk)
        return
      }
      isArmed = false
      upstream.unpipe(socket)
      if (!arrives) {
        socket.destroy()
        return
      }
      // The database's answer proves that the commit is done; the caller never hears it.
      upstream.once('data', () => socket.destroy())
      upstream.write(chunk)
      upstream.resume()
    })
  })
  return {
    url,
    arm() {
      isArmed = true
    },
    close: cut,
  }
}

/** Passes on what the database says; `send` passes on what its client says. */
async function openRelay(databaseUrl: string, send: (socket: net.Socket, upstream: net.Socket) => void) {
  const target = new URL(databaseUrl)
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    const upstream = net.connect(Number(target.port || 5432), target.hostname.replace(/^\[|\]$/g, ''))
    for (const end of [socket, upstream]) {
      sockets.add(end)
      end.on('error', () => undefined)
      end.on('close', () => {
        sockets.delete(end)
        socket.destroy()
        upstream.destroy()
      })
    }
    upstream.pipe(socket)
    send(socket, upstream)
  })
  let port = 0
  const listen = () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen()
  const address = server.address()
  if (typeof address === 'object' && address) port = address.port
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return {
    url: url.href,
    listen,
    cut: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

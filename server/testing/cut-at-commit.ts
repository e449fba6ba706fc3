import net from 'node:net'

/**
 * A relay to the database. Once armed, it breaks the connection of the next commit: after the database has answered it
 * (`arrives`), or before the database has heard of it.
 */
export async function cutAtCommit(databaseUrl: string, arrives: boolean) {
  const target = new URL(databaseUrl)
  let isArmed = false
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    const upstream = net.connect(Number(target.port || 5432), target.hostname.replace(/^\[|\]$/g, ''))
    for (const end of [socket, upstream]) {
      sockets.add(end)
      end.on('error', () => undefined)
      end.on('close', () => {
        socket.destroy()
        upstream.destroy()
      })
    }
    upstream.pipe(socket)
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(typeof address === 'object' && address ? address.port : 0)
  return {
    url: url.href,
    arm() {
      isArmed = true
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

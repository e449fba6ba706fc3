import net from 'node:net'
import { AppError } from '#core/errors/app-error'

/** Refuses early when an address cannot be listened on, naming the variable that changes it. */
export async function checkPort(host: string, port: number, variable: string): Promise<void> {
  const code = await listenOnce(host, port)
  if (code === null) return
  const detail =
    code === 'EADDRINUSE'
      ? `Port ${port} is taken by another program. Stop it, or choose another port with ${variable}=${port + 100}.`
      : code === 'EACCES'
        ? `No permission to listen on port ${port}. Choose one above 1023 with ${variable}=4400.`
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? `The address ${host} is not one of this machine. Set STAGELINE_HOST to 127.0.0.1, or to 0.0.0.0 for all.`
          : `Cannot listen on ${host}:${port} (${code}). Choose another port with ${variable}.`
  throw new AppError('unavailable', { detail })
}

function listenOnce(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const allowedHeaders =
  'authorization, content-type, accept, x-stageline-key, x-stageline-test, x-stageline-deployment, x-stageline-version, x-stageline-timeout-ms, inference-header-content-length'
const exposedHeaders = 'retry-after, inference-header-content-length'

/**
 * Lets pages of the listed origins call the gateway with a key that they hold; without origins no page of another address
 * may. Also answers OPTIONS at every address, with the methods that the gateway has there.
 */
export function addCrossOrigin(app: FastifyInstance, origins: readonly string[]): void {
  const routes: { pattern: RegExp; method: string }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    for (const each of Array.isArray(method) ? method : [method]) routes.push({ pattern: patternOf(url), method: each })
  })
  if (origins.length > 0) {
    app.addHook('onRequest', (request, reply, done) => {
      allow(request, reply, origins)
      done()
    })
  }
  app.options('*', (request, reply) => {
    const [path = ''] = request.url.split('?')
    const methods = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
    if (methods.length === 0) return reply.callNotFound()
    const allowed = [...methods, 'OPTIONS'].join(', ')
    if (reply.hasHeader('access-control-allow-origin')) {
      reply.header('access-control-allow-methods', allowed).header('access-control-allow-headers', allowedHeaders)
      reply.header('access-control-max-age', '600')
    }
    return reply.code(204).header('allow', allowed).send()
  })
}

function allow(request: FastifyRequest, reply: FastifyReply, origins: readonly string[]): void {
  reply.header('vary', 'origin')
  const { origin } = request.headers
  if (origin === undefined || !origins.includes(origin)) return
  reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', exposedHeaders)
}

function patternOf(url: string): RegExp {
  if (url === '*') return /^$/
  return new RegExp(`^${url.replace(/[.]/g, '\\.').replace(/:[^/]+/g, '[^/]+')}$`)
}

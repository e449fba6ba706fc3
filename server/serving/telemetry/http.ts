import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { GatewayParts } from '../gateway-parts'
import { authorizationOf, headerOf } from '../journey'
import { prometheusText, prometheusType, type Sight } from './prometheus-text'
import type { Span } from './telemetry'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when nobody wants traces. */
    span: Span | null
  }
}

/**
 * Counts every request, traces it when that is wanted, and answers `GET /metrics`. Neither figures nor spans carry anything
 * that a caller sent: no path, no header, no body.
 */
export function addTelemetry(app: FastifyInstance, { telemetry, keys }: Pick<GatewayParts, 'telemetry' | 'keys'>): void {
  const { httpSeconds, requests, registry } = telemetry.metrics
  app.decorateRequest('span', null)

  const { startRequest } = telemetry
  if (startRequest) {
    app.addHook('onRequest', (request, reply, done) => {
      request.span = startRequest(`${request.method} ${routeOf(request)}`, headerOf(request, 'traceparent') ?? undefined)
      void reply.header('traceparent', request.span.traceparent)
      done()
    })
  }

  app.addHook('onResponse', (request, reply, done) => {
    const { journey, span } = request
    const status = String(reply.statusCode)
    httpSeconds.of(request.method, routeOf(request), status).observe(reply.elapsedTime / 1000)
    if (journey) requests.of(journey.release.deployment, journey.model ? `v${journey.model.version}` : '', status).add()
    if (span) {
      span.set({
        'http.request.method': request.method,
        'http.route': routeOf(request),
        'http.response.status_code': reply.statusCode,
        ...(journey ? { 'stageline.deployment': journey.release.deployment, 'stageline.release': journey.release.number } : {}),
      })
      if (reply.statusCode >= 500) span.fail(null)
      span.end()
    }
    done()
  })

  app.get('/metrics', async (request, reply) => {
    const sight = await sightOf(request)
    return reply.type(prometheusType).send(prometheusText(registry.collect(), sight))
  })

  /** Without a key the sums; with one, what it may call by name. A key that is not good is refused like everywhere. */
  async function sightOf(request: FastifyRequest): Promise<Sight> {
    const authorization = authorizationOf(request)
    if (authorization === undefined) return 'sums'
    const { deployments } = await keys.scopeOf(authorization)
    return deployments ?? 'all'
  }
}

/** The pattern of the route, not the path: there are few of them, and none names anything. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched'
}

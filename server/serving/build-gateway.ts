import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError, errorCodes } from '#core/errors/app-error'
import { lineOf } from './answer-rows'
import type { GatewayParts } from './gateway-parts'
import { addBatchRoutes } from './protocols/batch'
import { maxBodyBytes } from './protocols/check-request'
import { addCrossOrigin } from './protocols/cross-origin'
import { addDocsRoutes } from './protocols/docs/docs'
import { addEdgeRoutes } from './protocols/edge-predictions'
import { addInvocationsRoutes } from './protocols/invocations'
import { addOpenInferenceRoutes } from './protocols/open-inference'
import { addOpenApiRoutes } from './protocols/openapi/openapi'
import { addOutcomesRoutes } from './protocols/outcomes'
import { addPlainRoutes } from './protocols/plain'
import { recordOf, refusalOf } from './protocols/refusal'
import { acceptStrategy, addStreamRoutes } from './protocols/stream'
import { addTelemetry } from './telemetry/http'

/** More are turned away at once: each takes memory, whether it asks for anything or not. */
const maxConnections = 10_000

/** The HTTP face of the gateway: who calls, what they send, and the sentence they get when it does not fit. */
export function buildGateway(parts: GatewayParts): FastifyInstance {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    // A head or body that trickles in is ended with 408; looking for them often enough keeps those times.
    requestTimeout: parts.http.requestTimeoutMs,
    http: { headersTimeout: Math.min(15_000, parts.http.requestTimeoutMs), connectionsCheckingInterval: 1_000 },
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 4_000, constraints: { accept: acceptStrategy } },
    schemaController: { compilersFactory: { buildValidator: withoutSchemas, buildSerializer: withoutSchemas } },
  })
  app.server.maxConnections = maxConnections
  app.decorateRequest('journey', null)
  // Whatever the caller calls it (curl -d says form data), the body is read as JSON, and by our own words when it is not.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setNotFoundHandler((request) => {
    throw new AppError('not_found', {
      detail: `There is nothing at ${request.method} ${request.url.slice(0, 200)}. Send records to POST /v1/{deployment}/predict; GET /docs lists the rest.`,
    })
  })
  app.setErrorHandler((error: FastifyError, request, reply) => refuse(parts, error, request, reply))
  app.addHook('onRequest', (request, reply, done) => {
    // Not onResponse: a caller that hangs up has asked all the same.
    reply.raw.once('close', () => {
      const { journey } = request
      const status = reply.raw.headersSent ? reply.statusCode : errorCodes.cancelled.status
      if (journey) parts.keys.count(journey.caller, { deployment: journey.release.deployment, status })
    })
    done()
  })
  addTelemetry(app, parts)
  addCrossOrigin(app, parts.http.origins)

  app.get('/health', (_request, reply) => void reply.send(parts.health()))
  addPlainRoutes(app, parts)
  addStreamRoutes(app, parts)
  addOpenInferenceRoutes(app, parts)
  addInvocationsRoutes(app, parts)
  addOutcomesRoutes(app, parts)
  addBatchRoutes(app, parts)
  addEdgeRoutes(app, parts)
  addOpenApiRoutes(app, parts)
  addDocsRoutes(app, parts)
  return app
}

/** Requests are checked by the signature of the model that answers: fastify need not load its schema compilers. */
function withoutSchemas(): never {
  throw new Error('no route of the gateway has a schema')
}

/** One sentence and a code for every failure; a bug shows its id only. Refusals of admitted callers count in the figures. */
function refuse({ spool, log }: GatewayParts, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const record = recordOf(error, { log, url: request.url })
  const { status, body } = refusalOf(request.url, record)
  const { journey } = request
  if (journey?.model && journey.action === 'predict') void spool.append(lineOf(journey, journey.model, status))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  const { retryAfterSeconds } = record.hint
  if (retryAfterSeconds !== undefined || errorCodes[record.code].retry) reply.header('retry-after', String(retryAfterSeconds ?? 1))
  void reply.code(status).type('application/json; charset=utf-8').send(body)
}

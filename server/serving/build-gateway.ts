import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError, type ErrorCode, errorCodes, toErrorRecord } from '#core/errors/app-error'
import { lineOf } from './answer-rows'
import type { GatewayParts } from './gateway-parts'
import { maxBodyBytes } from './protocols/check-request'
import { addPlainRoutes } from './protocols/plain'

/** The HTTP face of the gateway: who calls, what they send, and the sentence they get when it does not fit. */
export function buildGateway(parts: GatewayParts): FastifyInstance {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 4_000 },
    schemaController: { compilersFactory: { buildValidator: withoutSchemas, buildSerializer: withoutSchemas } },
  })
  app.decorateRequest('journey', null)
  // Whatever the caller calls it (curl -d says form data), the body is read as JSON, and by our own words when it is not.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))

  app.get('/health', (_request, reply) => void reply.send(parts.health()))
  addPlainRoutes(app, parts)
  app.setNotFoundHandler((request) => {
    throw new AppError('not_found', {
      detail: `There is nothing at ${request.method} ${request.url.slice(0, 200)}. Send records to POST /v1/{deployment}/predict.`,
    })
  })
  app.setErrorHandler((error: FastifyError, request, reply) => refuse(parts, error, request, reply))
  return app
}

/** Requests are checked by the signature of the model that answers: fastify need not load its schema compilers. */
function withoutSchemas(): never {
  throw new Error('no route of the gateway has a schema')
}

/** One sentence and a code for every failure; a bug shows its id only. Refusals of admitted callers count in the figures. */
function refuse({ spool, log }: GatewayParts, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const foreseen = foreseenError(error)
  const bugId = foreseen ? '' : crypto.randomUUID().slice(0, 8)
  if (!foreseen) log.error({ err: error, bugId, url: request.url }, 'a request failed')
  const { code, message, hint } = toErrorRecord(foreseen ?? error, bugId)
  const { status } = errorCodes[code]
  const { journey } = request
  if (journey?.model) void spool.append(lineOf(journey, journey.model, status))
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (errorCodes[code].retry) reply.header('retry-after', '1')
  const place = { ...(hint.column === undefined ? {} : { field: hint.column }), ...(hint.row === undefined ? {} : { record: hint.row }) }
  void reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ error: { code, message, ...place } })
}

/** What the HTTP layer itself refuses (too large, a broken header), in our words. */
function foreseenError(error: FastifyError | AppError): AppError | null {
  if (error instanceof AppError) return error
  if (error.statusCode === 413) {
    return new AppError('too_large', { detail: 'The body is larger than 1 MB. Send fewer or shorter records at once.', cause: error })
  }
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500
    ? new AppError('bad_request' satisfies ErrorCode, { detail: `The request cannot be read: ${error.message}.`, cause: error })
    : null
}

import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError, type ErrorCode, errorCodes, toErrorRecord } from '#core/errors/app-error'
import { chooseRoute } from '#core/releases/route'
import type { Log } from '#server/log'
import type { KeyRing } from './keys/key-ring'
import type { Spool } from './log/spool'
import type { Answer, ServedModel } from './models/served-model'
import { newPredictionId } from './prediction-id'
import { describeRelease, manyAnswers, singleAnswer } from './protocols/answer-json'
import { checkRecord, maxBodyBytes, readBody } from './protocols/check-request'
import type { LiveRelease, ReleaseBoard } from './release-board'

export type GatewayParts = { board: ReleaseBoard; keys: KeyRing; spool: Spool; log: Log; health: () => Record<string, unknown> }

/** What a request has become known to be, on its way through the hooks. */
type Journey = { startedAt: number; release: LiveRelease; model: ServedModel | null; test: boolean }

type PredictRequest = FastifyRequest<{ Params: { deployment: string } }>

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
  app.get('/v1/:deployment', { onRequest: admit(parts) }, (request, reply) => {
    if (request.journey) void reply.send(describeRelease(request.journey.release))
  })
  app.post('/v1/:deployment/predict', { onRequest: admit(parts) }, (request: PredictRequest, reply) => answer(parts, request, reply))
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

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until the caller is let in. */
    journey: Journey | null
  }
}

/** Lets a caller in before its body is read: a key in force, in scope, and a deployment that is live. */
function admit({ keys, board }: GatewayParts) {
  return async (request: PredictRequest): Promise<void> => {
    const startedAt = performance.now()
    const { deployment } = request.params
    const caller = await keys.check(request.headers.authorization)
    if (caller.deployments && !caller.deployments.has(deployment)) {
      throw new AppError('forbidden', {
        detail: `This key may not call ${deployment}. It is for ${[...caller.deployments].join(', ') || 'no deployment'}.`,
      })
    }
    const release = board.find(deployment)
    if (!release)
      throw new AppError('not_found', { detail: `There is no deployment called ${deployment}, or nothing was released on it yet.` })
    request.journey = { startedAt, release, model: release.models[0] ?? null, test: request.headers['x-stageline-test'] === '1' }
  }
}

async function answer({ board, spool }: GatewayParts, request: PredictRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { journey } = request
  if (!journey) throw new AppError('bug')
  // A body takes its time to arrive: the release may have changed since the key was checked.
  const release = board.find(request.params.deployment) ?? journey.release
  const [champion] = release.models
  if (!champion) throw new AppError('not_found', { detail: `There is no deployment called ${request.params.deployment}.` })
  // Without a content type Fastify leaves the body out.
  const body = readBody(typeof request.body === 'string' ? request.body : '', champion.signature)
  journey.release = release
  journey.test ||= body.test

  const ids = body.records.map(newPredictionId)
  const stickyKey = body.key ?? headerOf(request, 'x-stageline-key') ?? ids[0] ?? ''
  const model = release.models[chooseRoute(release.weights, release.deploymentId, stickyKey)] ?? champion
  journey.model = model

  const rows = body.records.map((record, i) => checkRecord(model.signature, record, i))
  const answers = await model.predict(rows)
  refuseNoAnswer(model, answers)
  const json =
    body.single && answers[0] ? singleAnswer(ids[0] ?? '', answers[0], model, release) : manyAnswers(ids, answers, model, release)
  await spool.append({
    ...lineOf(journey, release, model, 200),
    rows: answers.map((each, i) => ({
      id: ids[i] ?? '',
      input: each.input,
      ...('value' in each ? { value: each.value } : { label: each.label, confidence: each.confidence }),
    })),
  })
  return reply.type('application/json; charset=utf-8').send(json)
}

/** A model that cannot fill a missing number computes with NaN, and that is no answer. */
function refuseNoAnswer(model: ServedModel, answers: readonly Answer[]): void {
  const at = answers.findIndex((answer) => Number.isNaN('value' in answer ? answer.value : answer.probabilities[0]))
  if (at < 0) return
  const column = model.signature.inputs.find(({ name, type }) => type === 'number' && answers[at]?.input[name] == null)?.name
  throw new AppError('bad_input', {
    detail: `v${model.version} has no answer to record ${at + 1}: it was trained without missing values${column ? `, and "${column}" is missing` : ''}.`,
    hint: { row: at + 1, ...(column === undefined ? {} : { column }) },
  })
}

function lineOf(journey: Journey, release: LiveRelease, model: ServedModel, status: number) {
  return {
    deploymentId: release.deploymentId,
    versionId: model.versionId,
    release: release.number,
    at: Date.now(),
    latencyMs: Math.round((performance.now() - journey.startedAt) * 1000) / 1000,
    status,
    test: journey.test,
    lowConfidence: release.lowConfidence,
    rows: [],
  }
}

/** One sentence and a code for every failure; a bug shows its id only. Refusals of admitted callers count in the figures. */
function refuse({ spool, log }: GatewayParts, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const foreseen = foreseenError(error)
  const bugId = foreseen ? '' : crypto.randomUUID().slice(0, 8)
  if (!foreseen) log.error({ err: error, bugId, url: request.url }, 'a request failed')
  const { code, message, hint } = toErrorRecord(foreseen ?? error, bugId)
  const { status } = errorCodes[code]
  const { journey } = request
  if (journey?.model) void spool.append(lineOf(journey, journey.release, journey.model, status))
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

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

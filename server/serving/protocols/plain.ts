import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '#core/errors/app-error'
import { answerRows } from '../answer-rows'
import type { GatewayParts } from '../gateway-parts'
import { admit, type DeploymentRequest, headerOf, journeyOf } from '../journey'
import { describeRelease, manyAnswers, singleAnswer } from './answer-json'
import { checkRecord, readBody, readLines } from './check-request'
import { bodyText } from './json-shape'

/** Our own protocol: records as JSON objects. */
export function addPlainRoutes(app: FastifyInstance, parts: GatewayParts): void {
  app.get('/v1/:deployment', { onRequest: admit(parts, 'describe') }, (request, reply) => {
    if (request.journey) void reply.send(describeRelease(request.journey.release))
  })
  app.post('/v1/:deployment/predict', { onRequest: admit(parts, 'predict') }, (request: DeploymentRequest, reply) =>
    predict(parts, request, reply),
  )
}

async function predict(parts: GatewayParts, request: DeploymentRequest, reply: FastifyReply): Promise<FastifyReply> {
  const journey = journeyOf(parts, request)
  const { release } = journey
  const [champion] = release.models
  if (!champion) throw new AppError('not_found', { detail: `There is no deployment called ${release.deployment}.` })
  // Without a content type Fastify leaves an empty body out.
  const text = bodyText(request.body)
  const body = headerOf(request, 'content-type')?.includes('ndjson') ? readLines(text) : readBody(text, champion.signature)
  journey.test ||= body.test
  const served = await answerRows(parts, journey, {
    records: body.records,
    read: (model, record, i) => checkRecord(model.signature, record, i),
    stickyKey: body.key ?? headerOf(request, 'x-stageline-key'),
  })
  return reply.type('application/json; charset=utf-8').send(body.single ? singleAnswer(served, release) : manyAnswers(served, release))
}

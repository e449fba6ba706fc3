import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '#core/errors/app-error'
import { codeVersion } from '#server/version'
import { answerRows, type Served } from '../answer-rows'
import type { GatewayParts } from '../gateway-parts'
import { admit, authorizationOf, type DeploymentRequest, headerOf, journeyOf } from '../journey'
import type { Answer } from '../models/served-model'
import type { LiveRelease } from '../release-board'
import { rounded, sevenDigits } from './answer-json'
import { readInvocation, readInvocationRecord } from './invocations-body'
import { bodyText } from './json-shape'

/**
 * MLflow's scoring protocol: `POST /v1/{deployment}/invocations`, and `POST /invocations` where the key is for one
 * deployment or the header x-stageline-deployment names one; /ping and /version as its scoring server has them.
 */
export function addInvocationsRoutes(app: FastifyInstance, parts: GatewayParts): void {
  const letIn = admit(parts, 'predict')
  app.get('/ping', (_request, reply) => void reply.type('application/json').send('\n'))
  app.get('/version', (_request, reply) => void reply.type('text/plain').send(codeVersion))
  app.post('/v1/:deployment/invocations', { onRequest: letIn }, (request: DeploymentRequest, reply) => invoke(parts, request, reply))
  app.post(
    '/invocations',
    {
      async onRequest(request: DeploymentRequest) {
        // the route has no parameter of this name: it is known from here on
        request.params = { deployment: await soleDeployment(parts, request) }
        await letIn(request)
      },
    },
    (request: DeploymentRequest, reply) => invoke(parts, request, reply),
  )
}

async function soleDeployment({ keys }: GatewayParts, request: FastifyRequest): Promise<string> {
  const named = headerOf(request, 'x-stageline-deployment')
  if (named !== null) return named
  const { deployments } = await keys.scopeOf(authorizationOf(request))
  const [only, ...others] = deployments ?? []
  if (only !== undefined && others.length === 0) return only
  throw new AppError('bad_request', {
    detail:
      'This key is for several deployments. Name one in the header x-stageline-deployment, call /v1/{deployment}/invocations, or use a key for one deployment.',
  })
}

async function invoke(parts: GatewayParts, request: DeploymentRequest, reply: FastifyReply): Promise<FastifyReply> {
  const journey = journeyOf(parts, request)
  const { records, isCsv } = readInvocation(bodyText(request.body), headerOf(request, 'content-type') ?? '')
  const served = await answerRows(parts, journey, {
    records,
    read: (model, record, i) => readInvocationRecord(model.signature, { record, isCsv }, i),
    stickyKey: headerOf(request, 'x-stageline-key'),
  })
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(toPredictions(served, journey.release)))
}

/** `predictions` are labels or numbers, as MLflow's server has them of a scikit-learn model; what we know more lies beside. */
function toPredictions({ model, rows }: Served, { deployment, number }: LiveRelease) {
  return {
    predictions: rows.map(({ answer }) => ('value' in answer ? sevenDigits(answer.value) : answer.label)),
    details: rows.map(({ id, answer, by, fallback }) => ({
      id,
      ...certaintyOf(answer),
      version: fallback === null ? `v${(by ?? model).version}` : by ? `v${by.version}` : null,
      fallback,
    })),
    model: model.model,
    deployment,
    release: number,
  }
}

/** The interval of a number, or the confidence of a label; null for a stated answer, which nothing computed. */
function certaintyOf(answer: Answer) {
  if (!('value' in answer)) return { confidence: answer.confidence === null ? null : rounded(answer.confidence) }
  if (answer.interval === null) return { interval: null }
  const { low, high, share } = answer.interval
  return { interval: { low: sevenDigits(low), high: sevenDigits(high), share } }
}

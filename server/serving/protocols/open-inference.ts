import { createGunzip, createInflate } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify'
import { AppError } from '#core/errors/app-error'
import { codeVersion } from '#server/version'
import { answerRows } from '../answer-rows'
import type { GatewayParts } from '../gateway-parts'
import { admit, type DeploymentRequest, headerOf, journeyOf } from '../journey'
import type { ServedModel } from '../models/served-model'
import type { LiveRelease } from '../release-board'
import { readInfer } from './tensors/read-infer'
import { inputTensors, outputTensors, readByTensors, recordsOf } from './tensors/record-tensors'
import { writeInfer } from './tensors/write-infer'

const jsonLengthHeader = 'inference-header-content-length'

/**
 * The Open Inference Protocol v2 over HTTP (kserve/open-inference-protocol, specification/protocol/inference_rest.md), with
 * the extension of binary tensor data. A model of the protocol is a deployment of ours; its versions are those that the
 * release in force names, by their number ("3" or "v3").
 */
export function addOpenInferenceRoutes(app: FastifyInstance, parts: GatewayParts): void {
  for (const path of ['/v2', '/v2/']) app.get(path, (_request, reply) => void reply.send(serverMetadata()))
  app.get('/v2/health/live', (_request, reply) => void reply.send({ live: true }))
  app.get('/v2/health/ready', (_request, reply) => sendReady(parts, reply))
  const describe = { onRequest: admit(parts, 'describe') }
  for (const model of ['/v2/models/:deployment', '/v2/models/:deployment/versions/:version']) {
    app.get(model, describe, (request: DeploymentRequest, reply) => void reply.send(modelMetadata(parts, request)))
    app.get(`${model}/ready`, describe, (request: DeploymentRequest, reply) => {
      modelOf(journeyOf(parts, request).release, versionOf(request))
      void reply.send({ name: request.params.deployment, ready: true })
    })
  }
  // Bodies with binary data are no text: this scope reads them as they are.
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
    scope.addHook('preParsing', (request, _reply, payload, parsed) => parsed(null, inflated(payload, request.headers['content-encoding'])))
    for (const path of ['/v2/models/:deployment/infer', '/v2/models/:deployment/versions/:version/infer']) {
      scope.post(path, { onRequest: admit(parts, 'predict') }, (request: DeploymentRequest, reply) => infer(parts, request, reply))
    }
    done()
  })
}

/** Clients of the protocol may compress what they send; the bound of a body holds for what comes out of it. */
function inflated(payload: RequestPayload, encoding: string | undefined): RequestPayload {
  if (encoding === undefined || encoding === 'identity') return payload
  if (encoding !== 'gzip' && encoding !== 'deflate') {
    throw new AppError('bad_request', {
      detail: `A body encoded as ${encoding.slice(0, 40)} cannot be read. Send it as gzip, deflate or as it is.`,
    })
  }
  const inflating = Object.assign(encoding === 'gzip' ? createGunzip() : createInflate(), { receivedEncodedLength: 0 })
  payload.on('data', (chunk: Buffer) => {
    inflating.receivedEncodedLength += chunk.length
  })
  payload.on('error', (error) => inflating.destroy(error))
  payload.pipe(inflating)
  return inflating
}

function serverMetadata() {
  return { name: 'stageline', version: codeVersion, extensions: ['binary_tensor_data'] }
}

/** Ready: every deployment has a release in service, and where there is none yet, the database could be asked for one. */
function sendReady({ board, health }: GatewayParts, reply: FastifyReply): FastifyReply {
  const served = new Set(board.list().map(({ deployment }) => deployment))
  const missing = [...board.problems().keys()].filter((deployment) => !served.has(deployment))
  const ready = missing.length === 0 && (served.size > 0 || health().database === 'up')
  return reply.code(ready ? 200 : 503).send({
    live: true,
    ready,
    ...(ready ? {} : { error: missing.length > 0 ? `Not in service: ${missing.length} deployments.` : 'The releases are not known yet.' }),
  })
}

function modelMetadata(parts: GatewayParts, request: DeploymentRequest) {
  const { release } = journeyOf(parts, request)
  const model = modelOf(release, versionOf(request))
  return {
    name: release.deployment,
    versions: [...new Set([...release.loaded.values()].map(({ version }) => version))].sort((a, b) => a - b).map(String),
    platform: 'onnx_onnxv1',
    inputs: inputTensors(model.signature),
    outputs: outputTensors(model.signature, model.classes.length),
  }
}

async function infer(parts: GatewayParts, request: DeploymentRequest, reply: FastifyReply): Promise<FastifyReply> {
  const journey = journeyOf(parts, request)
  const version = versionOf(request)
  if (version !== null) modelOf(journey.release, version)
  const asked = readInfer(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), headerOf(request, jsonLengthHeader))
  const read = readByTensors(asked)
  const served = await answerRows(parts, journey, {
    records: recordsOf(asked),
    // made above, one for each record
    read: (model, record, i) => read(model.signature, record as ReturnType<typeof recordsOf>[number], i),
    stickyKey: headerOf(request, 'x-stageline-key'),
    version,
  })
  const { body, jsonLength } = writeInfer(asked, served, { deployment: request.params.deployment, release: journey.release.number })
  if (jsonLength === null) return reply.type('application/json; charset=utf-8').send(body)
  return reply.type('application/octet-stream').header(jsonLengthHeader, jsonLength).send(body)
}

/** The version in the path, or null; a number with or without "v". */
function versionOf(request: FastifyRequest): number | null {
  // Fastify gives the parameters of the route, and only routes with a version have one.
  const { version } = request.params as { version?: string }
  if (version === undefined) return null
  const number = /^v?(\d{1,9})$/.exec(version)?.[1]
  if (number === undefined) {
    throw new AppError('not_found', { detail: `A version is a number such as "3" or "v3", not "${version.slice(0, 60)}".` })
  }
  return Number(number)
}

/** The version of this number among those that the release names, routes first; the champion for null. */
function modelOf(release: LiveRelease, version: number | null): ServedModel {
  const known = [...release.models, ...release.loaded.values()]
  const model = version === null ? known[0] : known.find((one) => one.version === version)
  if (model) return model
  const numbers = [...new Set(known.map((one) => `v${one.version}`))]
  throw new AppError('not_found', {
    detail: `${release.deployment} does not serve version ${version}. Its release ${release.number} has ${numbers.join(', ')}.`,
  })
}

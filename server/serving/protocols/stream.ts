import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '#core/errors/app-error'
import { answerRows, lineOf, type Served } from '../answer-rows'
import type { GatewayParts } from '../gateway-parts'
import { admit, type DeploymentRequest, headerOf, journeyOf } from '../journey'
import { predictionsJson } from './answer-json'
import { checkRecord } from './check-request'
import { parseJson } from './json-shape'
import { plainError, recordOf, refusalOf } from './refusal'
import { type SplitRecords, splitRecords } from './split-records'

export const maxStreamRecords = 100_000
export const maxStreamBytes = 32 * 1024 * 1024

const recordsAtOnce = 250
const streamsAtOnce = 4
const heartbeatMs = 10_000
/** A reader that takes nothing for so long is gone. */
const stallMs = 60_000
/** A gateway that is busy for longer than this ends the batch. */
const longestWaitSeconds = 5
const triesAtMost = 6

const eventStream = 'text/event-stream'

/** The value of the route constraint `accept`, by which a caller asks for a stream of events. */
export const acceptStrategy = {
  name: 'accept',
  storage<Handler>() {
    const handlers = new Map<string, Handler>()
    return {
      get: (type: string) => handlers.get(type) ?? null,
      set: (type: string, handler: Handler) => void handlers.set(type, handler),
    }
  },
  deriveConstraint: (request: { headers: Record<string, string | string[] | undefined> }) => {
    const { accept } = request.headers
    return typeof accept === 'string' && accept.includes(eventStream) ? eventStream : 'anything'
  },
  mustMatchWhenDerived: false,
}

/**
 * Long batches: `POST /v1/{deployment}/predict` with `Accept: text/event-stream`. The records are answered some at a time, and
 * the next only when the reader has taken the last: a slow reader slows its own batch, and one that hangs up ends it.
 * Events: `predictions` {from, predictions}, then `done` or `error`.
 */
export function addStreamRoutes(app: FastifyInstance, parts: GatewayParts): void {
  let streams = 0
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
    const letIn = admit(parts, 'predict')
    scope.post(
      '/v1/:deployment/predict',
      {
        constraints: { accept: eventStream },
        bodyLimit: maxStreamBytes,
        async onRequest(request: DeploymentRequest, reply) {
          await letIn(request)
          if (streams >= streamsAtOnce) {
            throw new AppError('unavailable', {
              detail: `The gateway is answering ${streamsAtOnce} long batches already. Try again in a moment.`,
              hint: { retryAfterSeconds: longestWaitSeconds },
            })
          }
          streams += 1
          reply.raw.once('close', () => {
            streams -= 1
          })
        },
      },
      (request: DeploymentRequest, reply) => stream(parts, request, reply),
    )
    done()
  })
}

async function stream(parts: GatewayParts, request: DeploymentRequest, reply: FastifyReply): Promise<FastifyReply> {
  journeyOf(parts, request)
  const records = await splitRecords(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), maxStreamRecords)
  const left = new AbortController()
  reply.raw.once('close', () => left.abort())
  // What is wrong with the first records is said by the status, before anything is on its way.
  const first = await answerSome(parts, request, { records, from: 0 })
  reply.raw.setTimeout(stallMs, () => reply.raw.destroy())
  return reply
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .type('text/event-stream; charset=utf-8')
    .send(Readable.from(events(parts, request, { records, first, signal: left.signal }), { highWaterMark: 1 }))
}

async function* events(
  parts: GatewayParts,
  request: DeploymentRequest,
  { records, first, signal }: { records: SplitRecords; first: Served; signal: AbortSignal },
): AsyncGenerator<string> {
  yield predictionsEvent(0, first)
  for (let from = recordsAtOnce; from < records.count && !signal.aborted; from += recordsAtOnce) {
    const answering = answerPatiently(parts, request, { records, from, signal })
    yield* heartbeats(answering)
    const answered = await answering.catch((error: unknown) => errorEvent(parts, request, { error, from }))
    if (typeof answered === 'string') {
      yield answered
      return
    }
    yield predictionsEvent(from, answered)
  }
  const { release } = journeyOf(parts, request)
  yield event('done', JSON.stringify({ records: records.count, deployment: release.deployment, release: release.number }))
}

/** Comments that keep proxies from closing the connection, for as long as the work takes. */
async function* heartbeats(work: Promise<unknown>): AsyncGenerator<string> {
  for (;;) {
    const ended = new AbortController()
    const isDone = await Promise.race([
      work.then(
        () => true,
        () => true,
      ),
      sleep(heartbeatMs, false, { signal: ended.signal, ref: false }).catch(() => false),
    ])
    ended.abort()
    if (isDone) return
    yield ': still at work\n\n'
  }
}

/** A gateway with too much to do says so to single requests; a batch waits its turn. */
async function answerPatiently(
  parts: GatewayParts,
  request: DeploymentRequest,
  { records, from, signal }: { records: SplitRecords; from: number; signal: AbortSignal },
): Promise<Served> {
  for (let tries = 1; ; tries++) {
    try {
      return await answerSome(parts, request, { records, from })
    } catch (error) {
      if (!(error instanceof AppError) || (error.code !== 'too_many' && error.code !== 'unavailable')) throw error
      const seconds = error.hint.retryAfterSeconds ?? 1
      if (seconds > longestWaitSeconds || tries === triesAtMost || signal.aborted) throw error
      await sleep(seconds * 1000, undefined, { signal })
    }
  }
}

function answerSome(
  parts: GatewayParts,
  request: DeploymentRequest,
  { records, from }: { records: SplitRecords; from: number },
): Promise<Served> {
  // A batch may outlive its release: each part is answered by the one in force, and counts its own time.
  const journey = { ...journeyOf(parts, request), startedAt: performance.now() }
  const length = Math.min(recordsAtOnce, records.count - from)
  return answerRows(parts, journey, {
    records: Array.from({ length }, (_, i) => parseJson(records.textOf(from + i), `Record ${from + i + 1}`)),
    read: (model, record, i) => checkRecord(model.signature, record, from + i),
    stickyKey: headerOf(request, 'x-stageline-key'),
  })
}

function predictionsEvent(from: number, served: Served): string {
  return event('predictions', `{"from":${from},"predictions":${predictionsJson(served)}}`)
}

/** How a batch ends that began well: nothing from record `from` on is answered. */
function errorEvent({ log, spool }: GatewayParts, request: DeploymentRequest, { error, from }: { error: unknown; from: number }): string {
  const record = recordOf(error, { log, url: request.url })
  const { journey } = request
  if (journey?.model) void spool.append(lineOf(journey, journey.model, refusalOf(request.url, record).status))
  return event('error', JSON.stringify({ from, error: plainError(record) }))
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`
}

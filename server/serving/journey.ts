import type { FastifyRequest } from 'fastify'
import { AppError } from '#core/errors/app-error'
import type { KeyAction } from '#core/keys/key-actions'
import type { GatewayParts } from './gateway-parts'
import type { Caller } from './keys/key-ring'
import type { ServedModel } from './models/served-model'
import type { LiveRelease } from './release-board'
import type { Span } from './telemetry/telemetry'

/** What a request has become known to be, on its way through the hooks. */
export type Journey = {
  /** performance.now() when the request's head was there. */
  startedAt: number
  caller: Caller
  /** Only refused requests for predictions count in the figures of a version. */
  action: KeyAction
  release: LiveRelease
  /** The version that was asked; the champion until a route is chosen. */
  model: ServedModel | null
  test: boolean
  /** The version that must answer, by its number (header x-stageline-version); null for the release's choice. */
  version: number | null
  /** How long the caller waits for the answer (header x-stageline-timeout-ms); null for as long as the release allows. */
  timeoutMs: number | null
  /** Of the whole request; null when nobody wants traces. */
  span: Span | null
  /** Whether the caller hung up. */
  isGone(): boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until the caller is let in. */
    journey: Journey | null
  }
}

/** A request to a route that names a deployment. */
export type DeploymentRequest = FastifyRequest<{ Params: { deployment: string } }>

/** Lets a caller in before its body is read: a key in force, allowed to do this here, and a deployment that is live. */
export function admit({ keys, board }: GatewayParts, action: KeyAction) {
  return async (request: DeploymentRequest): Promise<void> => {
    const startedAt = performance.now()
    const { deployment } = request.params
    const caller = await keys.check(authorizationOf(request), { deployment, action })
    const release = board.find(deployment)
    if (!release)
      throw new AppError('not_found', { detail: `There is no deployment called ${deployment}, or nothing was released on it yet.` })
    request.journey = {
      startedAt,
      caller,
      action,
      release,
      model: release.models[0] ?? null,
      test: request.headers['x-stageline-test'] === '1',
      version: wishOf(request, versionHeader),
      timeoutMs: wishOf(request, timeoutHeader),
      span: request.span,
      isGone: () => request.raw.socket.destroyed,
    }
  }
}

/** The journey of a request that `admit` let in, with the release that is in force by now: a body takes its time to arrive. */
export function journeyOf({ board }: GatewayParts, request: DeploymentRequest): Journey {
  const { journey } = request
  if (!journey) throw new AppError('bug')
  journey.release = board.find(request.params.deployment) ?? journey.release
  return journey
}

type Wish = { name: string; pattern: RegExp; words: string }

const versionHeader: Wish = { name: 'x-stageline-version', pattern: /^v?(\d{1,9})$/, words: 'the number of a version, such as 3 or v3' }
const timeoutHeader: Wish = { name: 'x-stageline-timeout-ms', pattern: /^([1-9]\d{0,8})$/, words: 'whole milliseconds, such as 250' }

function wishOf(request: FastifyRequest, { name, pattern, words }: Wish): number | null {
  const value = headerOf(request, name)
  if (value === null) return null
  const digits = pattern.exec(value)?.[1]
  if (digits !== undefined) return Number(digits)
  throw new AppError('bad_request', { detail: `The header ${name} is "${value.slice(0, 40)}", but it must be ${words}.` })
}

/** A header that is there once and not empty. */
export function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** The key of a request as an Authorization header; clients that cannot set one send it as X-API-Key. */
export function authorizationOf(request: FastifyRequest): string | undefined {
  const key = headerOf(request, 'x-api-key')
  return headerOf(request, 'authorization') ?? (key === null ? undefined : `Bearer ${key}`)
}

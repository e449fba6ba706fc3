import type { FastifyRequest } from 'fastify'
import { AppError } from '#core/errors/app-error'
import type { KeyAction } from '#core/keys/key-actions'
import type { GatewayParts } from './gateway-parts'
import type { Caller } from './keys/key-ring'
import type { ServedModel } from './models/served-model'
import type { LiveRelease } from './release-board'

/** What a request has become known to be, on its way through the hooks. */
export type Journey = {
  /** performance.now() when the request's head was there. */
  startedAt: number
  caller: Caller
  release: LiveRelease
  /** The version that was asked; the champion until a route is chosen. */
  model: ServedModel | null
  test: boolean
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
    const caller = await keys.check(request.headers.authorization, { deployment, action })
    const release = board.find(deployment)
    if (!release)
      throw new AppError('not_found', { detail: `There is no deployment called ${deployment}, or nothing was released on it yet.` })
    request.journey = { startedAt, caller, release, model: release.models[0] ?? null, test: request.headers['x-stageline-test'] === '1' }
  }
}

/** The journey of a request that `admit` let in, with the release that is in force by now: a body takes its time to arrive. */
export function journeyOf({ board }: GatewayParts, request: DeploymentRequest): Journey {
  const { journey } = request
  if (!journey) throw new AppError('bug')
  journey.release = board.find(request.params.deployment) ?? journey.release
  return journey
}

/** A header that is there once and not empty. */
export function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '#core/errors/app-error'
import type { GatewayParts } from '../../gateway-parts'
import { admit, authorizationOf, type DeploymentRequest, journeyOf } from '../../journey'
import type { LiveRelease } from '../../release-board'
import { openApiDocument } from './document'

/** The OpenAPI document: `GET /openapi.json` of all that the key may see, `GET /v1/{deployment}/openapi.json` of one deployment. */
export function addOpenApiRoutes(app: FastifyInstance, parts: GatewayParts): void {
  app.get('/openapi.json', async (request, reply) => {
    return reply.send(openApiDocument(await seenBy(parts, request), { url: gatewayUrl(parts, request) }))
  })
  app.get('/v1/:deployment/openapi.json', { onRequest: admit(parts, 'describe') }, (request: DeploymentRequest, reply) => {
    void reply.send(openApiDocument([journeyOf(parts, request).release], { url: gatewayUrl(parts, request) }))
  })
}

/** The releases in force of the deployments that the caller's key may read about, by name. */
export async function seenBy({ keys, board }: GatewayParts, request: FastifyRequest): Promise<LiveRelease[]> {
  const { deployments, actions } = await keys.scopeOf(authorizationOf(request))
  if (actions && !actions.has('describe')) {
    throw new AppError('forbidden', {
      detail: 'This key may not read what deployments read and answer. An admin can allow it under Settings, Keys.',
    })
  }
  return board
    .list()
    .filter(({ deployment }) => deployments === null || deployments.has(deployment))
    .sort((a, b) => (a.deployment < b.deployment ? -1 : 1))
}

/** How callers reach the gateway: as it is configured, or as this caller did. */
export function gatewayUrl({ http }: GatewayParts, request: FastifyRequest): string {
  return http.url ?? `${request.protocol}://${request.host}`
}

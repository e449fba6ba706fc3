import { readFile } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { GatewayParts } from '../../gateway-parts'
import { gatewayUrl, seenBy } from '../openapi/openapi'
import { deploymentSections, docsPage } from './page'

/** Only what this gateway serves itself, and no other page may frame it. */
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The readable page: `GET /docs`, without a key and without names; what a key may see is asked for with the key. */
export function addDocsRoutes(app: FastifyInstance, parts: GatewayParts): void {
  app.get('/docs', (_request, reply) => secured(reply).type('text/html; charset=utf-8').send(docsPage()))
  app.get('/docs/page.css', async (_request, reply) => {
    return secured(reply)
      .type('text/css; charset=utf-8')
      .send(await readFile(new URL('./page.css', import.meta.url)))
  })
  app.get('/docs/try-it.mjs', async (_request, reply) => {
    return secured(reply)
      .type('text/javascript; charset=utf-8')
      .send(await readFile(new URL('./try-it.mjs', import.meta.url)))
  })
  app.get('/docs/deployments', async (request, reply) => {
    const sections = deploymentSections(await seenBy(parts, request), { url: gatewayUrl(parts, request) })
    return secured(reply).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(sections)
  })
}

function secured(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', policy)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
}

import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { appRouter } from '#server/api/root'
import { findActor, isSameOrigin } from '#server/auth/session'
import { webHouse } from '#server/web-house'

async function handler(request: Request) {
  if (request.method !== 'GET' && !isSameOrigin(request.headers)) {
    return Response.json({ error: 'This request comes from another site and was refused.' }, { status: 403 })
  }
  const house = webHouse()
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: async () => ({ house, actor: await findActor(house, request.headers) }),
  })
}

export { handler as GET, handler as POST }
export const dynamic = 'force-dynamic'

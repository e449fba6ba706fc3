import { toNextJsHandler } from 'better-auth/next-js'
import { authOf } from '#server/auth/session'
import { webHouse } from '#server/web-house'

const handle = (request: Request) => authOf(webHouse()).handler(request)

export const { GET, POST } = toNextJsHandler(handle)
export const dynamic = 'force-dynamic'

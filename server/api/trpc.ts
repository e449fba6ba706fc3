import { initTRPC, TRPCError } from '@trpc/server'
import superjson from 'superjson'
import { AppError, type ErrorCode, errorCodes, toErrorRecord } from '#core/errors/app-error'
import { hasRole, type Role } from '#core/people/roles'
import type { House } from '#server/house'

export type Actor = { id: string; name: string; email: string; role: Role }

/** What every procedure gets: the house (database, artifacts, env, log) and who asks. */
export type ApiContext = { house: House; actor: Actor | null }

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  sse: { ping: { enabled: true, intervalMs: 10_000 }, client: { reconnectAfterInactivityMs: 25_000 } },
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    message: error.cause instanceof AppError ? error.cause.message : shape.message,
    data: { ...shape.data, stack: undefined, app: error.cause instanceof AppError ? toErrorRecord(error.cause, '') : null },
  }),
})

const httpCodes: Partial<Record<number, TRPCError['code']>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  422: 'UNPROCESSABLE_CONTENT',
  429: 'TOO_MANY_REQUESTS',
}

/** AppErrors keep their words; anything else is a bug: logged with an id, shown as that id. */
const words = t.middleware(async ({ next, path, ctx }) => {
  const result = await next()
  if (result.ok) return result
  const cause = result.error.cause
  if (cause instanceof AppError) {
    throw new TRPCError({ code: httpCodes[errorCodes[cause.code].status] ?? 'INTERNAL_SERVER_ERROR', message: cause.message, cause })
  }
  if (result.error.code !== 'INTERNAL_SERVER_ERROR') return result
  const bugId = crypto.randomUUID().slice(0, 8)
  ctx.house.log.error({ err: cause ?? result.error, path, bugId }, 'a procedure failed')
  throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: toErrorRecord(cause, bugId).message })
})

const signedIn = (role: Role) =>
  t.middleware(({ ctx, next }) => {
    if (!ctx.actor) throw appError('not_signed_in')
    if (!hasRole(ctx.actor.role, role)) {
      throw appError(
        'forbidden',
        `Your role is ${ctx.actor.role}; this needs ${role} or above. An admin can change it under Settings, Users.`,
      )
    }
    return next({ ctx: { ...ctx, actor: ctx.actor } })
  })

function appError(code: ErrorCode, detail?: string): TRPCError {
  const cause = new AppError(code, detail === undefined ? {} : { detail })
  return new TRPCError({ code: httpCodes[errorCodes[code].status] ?? 'INTERNAL_SERVER_ERROR', message: cause.message, cause })
}

export const router = t.router
export const createCallerFactory = t.createCallerFactory
/** Without a session: only what the first screen and the sign-in need. */
export const publicProcedure = t.procedure.use(words)
export const viewerProcedure = publicProcedure.use(signedIn('viewer'))
export const analystProcedure = publicProcedure.use(signedIn('analyst'))
export const leadProcedure = publicProcedure.use(signedIn('lead'))
export const adminProcedure = publicProcedure.use(signedIn('admin'))

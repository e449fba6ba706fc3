import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { roles } from '#core/people/roles'
import { writeAudit } from '#db/queries/audit'
import { countUsers, createUser, getUser, listUsers, removeSessions, updatePassword, updateUser } from '#db/queries/users'
import { adminProcedure, publicProcedure, router, viewerProcedure } from '#server/api/trpc'
import { authOf } from '#server/auth/session'

const nameSchema = z.string().trim().min(1, 'Write a name.').max(80)
const emailSchema = z.email('This is not an e-mail address.').max(200)
const passwordSchema = z.string().min(8, 'A password has at least 8 characters.').max(128)

const userView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  disabledAt: z.date().nullable(),
  createdAt: z.date(),
})

/** Users and who is asking. */
export const peopleRouter = router({
  /** Whether the first visit is still to come, and who is signed in. */
  me: publicProcedure
    .output(z.object({ first: z.boolean(), actor: userView.pick({ id: true, name: true, email: true, role: true }).nullable() }))
    .query(async ({ ctx }) => ({ first: !ctx.actor && (await countUsers(ctx.house.db)) === 0, actor: ctx.actor })),

  /** The first visit makes the owner, an admin. Only one browser can win. */
  createOwner: publicProcedure
    .input(z.object({ name: nameSchema, email: emailSchema, password: passwordSchema }))
    .output(z.object({ id: z.string() }))
    .mutation(async ({ ctx, input }) => {
      const passwordHash = await (await authOf(ctx.house).$context).password.hash(input.password)
      return ctx.house.db.transaction(async (tx) => {
        await tx.execute(sql`lock table users in share row exclusive mode`)
        if ((await countUsers(tx)) > 0)
          throw new AppError('conflict', { detail: 'There is already an owner. Sign in, or ask an admin for an account.' })
        const user = await createUser(tx, { id: crypto.randomUUID(), name: input.name, email: input.email, role: 'admin', passwordHash })
        await writeAudit(tx, {
          actor: user,
          action: 'user.create',
          object: 'user',
          objectId: user.id,
          after: { email: user.email, role: user.role },
          reason: 'first visit',
        })
        return { id: user.id }
      })
    }),

  list: viewerProcedure.output(z.array(userView)).query(({ ctx }) => listUsers(ctx.house.db)),

  create: adminProcedure
    .input(z.object({ name: nameSchema, email: emailSchema, password: passwordSchema, role: z.enum(roles) }))
    .output(userView)
    .mutation(async ({ ctx, input }) => {
      const passwordHash = await (await authOf(ctx.house).$context).password.hash(input.password)
      return ctx.house.db.transaction(async (tx) => {
        const user = await createUser(tx, { id: crypto.randomUUID(), name: input.name, email: input.email, role: input.role, passwordHash })
        await writeAudit(tx, {
          actor: ctx.actor,
          action: 'user.create',
          object: 'user',
          objectId: user.id,
          after: { email: user.email, role: user.role },
        })
        return user
      })
    }),

  setRole: adminProcedure
    .input(z.object({ id: z.string(), role: z.enum(roles) }))
    .output(userView)
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        await tx.execute(sql`lock table users in share row exclusive mode`)
        const before = await getUser(tx, input.id)
        const user = await updateUser(tx, input.id, { role: input.role })
        await keepAnAdmin(await listUsers(tx))
        await writeAudit(tx, {
          actor: ctx.actor,
          action: 'user.role',
          object: 'user',
          objectId: user.id,
          before: { role: before.role },
          after: { role: user.role },
        })
        return user
      }),
    ),

  setDisabled: adminProcedure
    .input(z.object({ id: z.string(), disabled: z.boolean() }))
    .output(userView)
    .mutation(({ ctx, input }) =>
      ctx.house.db.transaction(async (tx) => {
        await tx.execute(sql`lock table users in share row exclusive mode`)
        const user = await updateUser(tx, input.id, { disabledAt: input.disabled ? new Date() : null })
        await keepAnAdmin(await listUsers(tx))
        if (input.disabled) await removeSessions(tx, input.id)
        await writeAudit(tx, {
          actor: ctx.actor,
          action: input.disabled ? 'user.disable' : 'user.enable',
          object: 'user',
          objectId: user.id,
        })
        return user
      }),
    ),

  setPassword: adminProcedure
    .input(z.object({ id: z.string(), password: passwordSchema }))
    .output(z.object({ id: z.string() }))
    .mutation(async ({ ctx, input }) => {
      const passwordHash = await (await authOf(ctx.house).$context).password.hash(input.password)
      return ctx.house.db.transaction(async (tx) => {
        const user = await getUser(tx, input.id)
        await updatePassword(tx, user.id, passwordHash)
        await writeAudit(tx, { actor: ctx.actor, action: 'user.password', object: 'user', objectId: user.id })
        return { id: user.id }
      })
    }),
})

function keepAnAdmin(users: Awaited<ReturnType<typeof listUsers>>): void {
  if (users.some((user) => user.role === 'admin' && !user.disabledAt)) return
  throw new AppError('conflict', { detail: 'This is the last admin. Make somebody else an admin first.' })
}

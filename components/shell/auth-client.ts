import { createAuthClient } from 'better-auth/react'

/** Signing in and out. Everything else about people goes through tRPC. */
export const authClient = createAuthClient()

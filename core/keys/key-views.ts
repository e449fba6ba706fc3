import { z } from 'zod'
import { keyActionSchema, keyPriorities } from './key-actions'

/** Requests of a key by how they ended; `requests` are all of them. */
export const usageSchema = z.object({
  requests: z.number(),
  /** Rows that were answered. */
  rows: z.number(),
  limited: z.number(),
  failed: z.number(),
})
export type Usage = z.output<typeof usageSchema>

export const noUsage: Usage = { requests: 0, rows: 0, limited: 0, failed: 0 }

/** A key as people may see it. */
export const keyViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  deployments: z.array(z.string()).nullable(),
  actions: z.array(keyActionSchema).nullable(),
  ratePerSecond: z.number().nullable(),
  burst: z.number().nullable(),
  rowsPerDay: z.number().nullable(),
  priority: z.enum(keyPriorities),
  expiresAt: z.date().nullable(),
  replacedBy: z.string().nullable(),
  replacedByPrefix: z.string().nullable(),
  createdAt: z.date(),
  createdBy: z.string().nullable(),
  lastUsedAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
})
export type KeyView = z.output<typeof keyViewSchema>

/** A key with its totals of the last 30 days and its rows of today (UTC). */
export const keyLineSchema = keyViewSchema.extend({ month: usageSchema, rowsToday: z.number() })
export type KeyLine = z.output<typeof keyLineSchema>

/** What one key asked for: by day (UTC, without those that had nothing) and deployment. */
export const keyUsageViewSchema = z.object({
  key: keyViewSchema,
  /** First and last day that is looked at, as "2026-03-04". */
  from: z.string(),
  to: z.string(),
  rowsToday: z.number(),
  days: z.array(usageSchema.extend({ day: z.string(), deployment: z.string() })),
})
export type KeyUsageView = z.output<typeof keyUsageViewSchema>

import { z } from 'zod'
import { formatNumber } from '#core/words/format'
import { type KeyAction, type KeyPriority, keyActionSchema, keyActionWords, keyPriorities } from './key-actions'
import type { RateLimit } from './token-bucket'

/** How much a key may ask; null is no limit. */
export type KeyLimits = { ratePerSecond: number | null; burst: number | null; rowsPerDay: number | null; priority: KeyPriority }

export const noLimits: KeyLimits = { ratePerSecond: null, burst: null, rowsPerDay: null, priority: 'normal' }

/** Limits as people set them. */
export const keyLimitsSchema = z
  .object({
    ratePerSecond: z
      .number()
      .min(0.01, 'The rate must be at least 0.01 requests a second.')
      .max(100_000, 'The rate can be 100,000 requests a second at most.')
      .nullable()
      .default(null),
    burst: z
      .int('The requests at once must be a whole number.')
      .min(1, 'At least 1 request at once must be allowed.')
      .max(1_000_000, '1,000,000 requests at once is the most.')
      .nullable()
      .default(null),
    rowsPerDay: z
      .int('The rows a day must be a whole number.')
      .min(1, 'At least 1 row a day must be allowed; to stop a key, revoke it.')
      .max(2_000_000_000, '2,000,000,000 rows a day is the most; leave it empty for no limit.')
      .nullable()
      .default(null),
    priority: z.enum(keyPriorities).default('normal'),
  })
  .refine(({ ratePerSecond, burst }) => burst === null || ratePerSecond !== null, {
    message: 'Requests at once go with a rate: give both, or neither.',
    path: ['burst'],
  })

/** What a new key is asked for with. Null for deployments and actions is all, those to come included. */
export const newKeySchema = z.object({
  name: z.string().trim().min(1, 'Name the key after who calls, for example helpdesk-prod.').max(80),
  deployments: z.array(z.string()).min(1, 'Choose at least one deployment, or all.').max(200).nullable(),
  actions: z.array(keyActionSchema).min(1, 'Choose at least one thing that the key may do, or all.').nullable().default(null),
  expiresAt: z.date().nullable().default(null),
  limits: keyLimitsSchema.default(noLimits),
})

export type NewKey = z.output<typeof newKeySchema>

/** The bucket of a key, or null without a rate. Without a stated burst, a second's worth may come at once. */
export function rateLimitOf({ ratePerSecond, burst }: Pick<KeyLimits, 'ratePerSecond' | 'burst'>): RateLimit | null {
  return ratePerSecond === null ? null : { ratePerSecond, burst: burst ?? Math.max(1, Math.ceil(ratePerSecond)) }
}

/** The limits in words: "5 requests/s, 10 at once; 1,000 rows a day; low priority", or "none". */
export function limitWords(limits: KeyLimits): string {
  const rate = rateLimitOf(limits)
  const words = [
    rate ? `${formatNumber(rate.ratePerSecond)} requests/s, ${formatNumber(rate.burst)} at once` : '',
    limits.rowsPerDay === null ? '' : `${formatNumber(limits.rowsPerDay)} ${limits.rowsPerDay === 1 ? 'row' : 'rows'} a day`,
    limits.priority === 'normal' ? '' : `${limits.priority} priority`,
  ].filter((each) => each !== '')
  return words.join('; ') || 'none'
}

/** What a key may do, as a list in words. */
export function actionsWords(actions: readonly KeyAction[]): string {
  const words = actions.map((action) => keyActionWords[action])
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

import { z } from 'zod'
import { deploymentNameSchema } from './deployment-name'
import { settingsPatchSchema } from './settings'
import { strategySchema } from './strategy'

/** What a person may want of a deployment: the input of the procedures, and what a request for approval keeps. */

const common = {
  deployment: deploymentNameSchema,
  /** The release that the caller has seen; 0 for none. When another one is in force by now, nothing happens. */
  expected: z.int().min(0).optional(),
  reason: z.string().trim().max(500).default(''),
}
const wish = { settings: settingsPatchSchema.optional(), lowConfidence: z.number().min(0).max(1).optional() }

export const releaseOrderSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('deploy'),
    ...common,
    versionId: z.uuid(),
    /** Without it: all at once. */
    strategy: strategySchema.optional(),
    /** Instead of a strategy: a split that nobody judges. */
    share: z.int().min(1).max(100).optional(),
    ...wish,
  }),
  z.object({ kind: z.literal('share'), ...common, share: z.int().min(0).max(100) }),
  z.object({ kind: z.literal('promote'), ...common }),
  z.object({ kind: z.literal('rollback'), ...common, to: z.int().positive().optional() }),
  z.object({ kind: z.literal('hold'), ...common }),
  z.object({ kind: z.literal('resume'), ...common }),
  z.object({ kind: z.literal('automatic'), ...common, automatic: z.boolean() }),
  z.object({ kind: z.literal('settings'), ...common, ...wish }),
])
export type ReleaseOrder = z.output<typeof releaseOrderSchema>
export type ReleaseOrderInput = z.input<typeof releaseOrderSchema>

import { z } from 'zod'
import { stageIdSchema } from '#core/graph/graph'

/** What a run is asked to bring up to date. */
export const runScopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  /** The stage and all it needs. */
  z.object({ kind: z.literal('to'), stage: stageIdSchema }),
  /** The stage once more, whatever the cache holds, and all that needs it. */
  z.object({ kind: z.literal('from'), stage: stageIdSchema }),
  /** Only stages whose result no longer holds; stages that would look outside again are left alone. */
  z.object({ kind: z.literal('stale') }),
])
export type RunScope = z.output<typeof runScopeSchema>

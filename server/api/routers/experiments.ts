import { z } from 'zod'
import {
  comparedExperimentSchema,
  experimentChoicesSchema,
  experimentFilterSchema,
  experimentOrderSchema,
  experimentSchema,
  pairVerdictSchema,
  tagSchema,
} from '#core/experiments/views'
import { countExperiments, listExperiments } from '#db/queries/experiments'
import { analystProcedure, router, viewerProcedure } from '#server/api/trpc'
import { compareExperiments } from '#server/experiments/compare-experiments'
import { comparePair } from '#server/experiments/compare-pair'
import { describeChoices, describeExperiments, experimentTypes } from '#server/experiments/describe-experiments'
import { writeNote } from '#server/experiments/write-note'

const id = z.uuid('This is not the id of an experiment.')
const mostCompared = 20

/** Experiments: every training with what it was made of and what was measured of it. */
export const experimentsRouter = router({
  list: viewerProcedure
    .input(
      z.object({
        filter: experimentFilterSchema.default({ repeats: false }),
        order: experimentOrderSchema.default({ by: 'when', direction: 'descending' }),
        offset: z.int().min(0).max(1_000_000).default(0),
        limit: z.int().min(1).max(100).default(50),
      }),
    )
    .output(z.object({ experiments: z.array(experimentSchema), total: z.int() }))
    .query(async ({ ctx: { house }, input }) => {
      const [rows, total] = await Promise.all([
        listExperiments(house.db, { ...input, types: experimentTypes }),
        countExperiments(house.db, { filter: input.filter, types: experimentTypes }),
      ])
      return { experiments: await describeExperiments(house.db, rows), total }
    }),

  /** What there is to filter by, and the metrics that the newest experiments have. */
  choices: viewerProcedure
    .input(z.object({ workflowId: z.uuid().optional() }))
    .output(experimentChoicesSchema)
    .query(({ ctx, input }) => describeChoices(ctx.house.db, input.workflowId)),

  /** Some experiments side by side, in the order asked for. */
  compare: viewerProcedure
    .input(z.object({ ids: z.array(id).min(1).max(mostCompared, `At most ${mostCompared} experiments can be compared at once.`) }))
    .output(z.array(comparedExperimentSchema))
    .query(({ ctx, input }) => compareExperiments(ctx.house, [...new Set(input.ids)])),

  /** Whether the second of two is better than the first by more than chance, or why nobody can say. */
  pair: viewerProcedure
    .input(z.object({ first: id, second: id }))
    .output(pairVerdictSchema)
    .query(({ ctx, input }) => comparePair(ctx.house, [input.first, input.second])),

  /** Pin, tags and note; what is left out stays as it is. */
  annotate: analystProcedure
    .input(
      z.object({
        id,
        tags: z.array(tagSchema).max(20, 'An experiment has at most 20 tags.').optional(),
        note: z.string().trim().max(4000).optional(),
        pinned: z.boolean().optional(),
      }),
    )
    .output(z.object({ tags: z.array(z.string()), note: z.string(), pinned: z.boolean() }))
    .mutation(({ ctx, input }) => writeNote(ctx.house, input, ctx.actor)),
})

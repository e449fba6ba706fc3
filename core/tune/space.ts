import { z } from 'zod'

/**
 * What a search may vary: one dimension per param, named by its path in the recipe, such as `estimator.c` or
 * `features.0.maxTerms`. Pure data, so that it can stand in a stage's params.
 */

const path = z
  .string()
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, 'A param is named by its path, with dots between the parts: estimator.c')
  .meta({ title: 'Param', description: 'Path of the param that varies.', example: 'estimator.c' })

const log = z.boolean().default(false).meta({
  title: 'Logarithmic',
  description: 'Tries 0.01 to 0.1 as often as 1 to 10. Right for params that matter by their order of magnitude.',
  example: 'on',
})

const low = { title: 'From', description: 'The smallest value tried.', example: '0.01' }
const high = { title: 'To', description: 'The largest value tried.', example: '100' }

const choiceValue = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** Far beyond any param, and the width of the range is still a number. */
const bounded = z.number().min(-1e100).max(1e100)

const realSchema = z.object({ kind: z.literal('real'), path, low: bounded.meta(low), high: bounded.meta(high), log })
const intSchema = z.object({ kind: z.literal('int'), path, low: z.int().meta(low), high: z.int().meta(high), log })
const choiceSchema = z.object({
  kind: z.literal('choice'),
  path,
  values: z
    .array(choiceValue)
    .min(1)
    .max(100)
    .refine((values) => new Set(values).size === values.length, 'Each value may stand in the list once.')
    .meta({ title: 'Values', description: 'The values tried.', example: 'multinomial, complement' }),
})

const inOrder = ({ low, high }: { low: number; high: number }) => low <= high
const fitsLog = ({ low, log }: { low: number; log: boolean }) => !log || low > 0
const orderSentence = { message: '"From" must not be above "to".', path: ['high'] }
const logSentence = { message: 'A logarithmic range must begin above 0.', path: ['low'] }

export const dimensionSchema = z.discriminatedUnion('kind', [
  realSchema.refine(inOrder, orderSentence).refine(fitsLog, logSentence),
  intSchema.refine(inOrder, orderSentence).refine(fitsLog, logSentence),
  choiceSchema,
])
export type Dimension = z.output<typeof dimensionSchema>

export const spaceSchema = z
  .array(dimensionSchema)
  .min(1, 'A search needs at least one param that varies.')
  .max(50)
  .refine((space) => new Set(space.map(({ path }) => path)).size === space.length, 'Each param may vary by one dimension only.')
export type Space = z.output<typeof spaceSchema>

export type ParamValue = z.output<typeof choiceValue>
export const paramsSchema = z.record(z.string(), choiceValue)

/** One setting of the space: a value per path. */
export type Params = z.output<typeof paramsSchema>

/** How many different settings there are; infinite once a real number has a range. */
export function countSettings(space: Space): number {
  return space.reduce((count, dimension) => {
    if (dimension.kind === 'choice') return count * dimension.values.length
    if (dimension.kind === 'int') return count * (dimension.high - dimension.low + 1)
    return count * (dimension.low === dimension.high ? 1 : Number.POSITIVE_INFINITY)
  }, 1)
}

/** The same setting gives the same text, whatever the order of its paths. */
export function settingKey(space: Space, params: Params): string {
  return JSON.stringify(space.map(({ path }) => params[path] ?? null))
}

import { z } from 'zod'
import type { Figure } from '#core/ports/kinds'
import { popularityBaseline } from './recommendation'

/** What a classifier that looks at no column reaches, having seen how frequent the classes are in training. */
export const classBaselineSchema = z.object({
  /** `stratified` draws answers by those frequencies: its figures are what it reaches on average. */
  name: z.enum(['most frequent class', 'stratified']),
  accuracy: z.number(),
  macroF1: z.number(),
  logLoss: z.number(),
})
export type ClassBaseline = z.output<typeof classBaselineSchema>

/**
 * What a regressor reaches that always answers the mean, or the median, of the training rows; or, where rows have an order in
 * time, the last right answer before each.
 */
export const numberBaselineSchema = z.object({
  name: z.enum(['mean', 'median', 'last value']),
  /** Null where each row gets another one. */
  answer: z.number().nullable(),
  r2: z.number().nullable(),
  mae: z.number(),
  rmse: z.number(),
})
export type NumberBaseline = z.output<typeof numberBaselineSchema>

/** Neither better nor worse: they are what the model's own figures are held against. */
export function classBaselineFigures(baselines: readonly ClassBaseline[] = []): Figure[] {
  return baselines.flatMap(({ name, accuracy, macroF1, logLoss }) => [
    { name: `accuracy, ${name}`, value: accuracy },
    { name: `macro F1, ${name}`, value: macroF1 },
    { name: `log-loss, ${name}`, value: logLoss },
  ])
}

export function numberBaselineFigures(baselines: readonly NumberBaseline[] = []): Figure[] {
  return baselines.flatMap(({ name, mae, rmse }) => [
    { name: `MAE, ${name}`, value: mae },
    { name: `RMSE, ${name}`, value: rmse },
  ])
}

const names = [...classBaselineSchema.shape.name.options, ...numberBaselineSchema.shape.name.options, popularityBaseline]

/** Whether a figure is a baseline's and not the model's own: versions of a model are not told apart by it. */
export const isBaselineFigure = ({ name }: Pick<Figure, 'name'>): boolean => names.some((baseline) => name.endsWith(`, ${baseline}`))

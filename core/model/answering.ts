import { z } from 'zod'

/** How scores become probabilities that hold. */
export const calibrationMethods = ['none', 'temperature', 'sigmoid', 'isotonic'] as const
export type CalibrationMethod = (typeof calibrationMethods)[number]

/** What a threshold between two classes is chosen by. */
export const thresholdGoals = ['f1', 'balanced', 'cost'] as const
export type ThresholdGoal = (typeof thresholdGoals)[number]

/** A threshold other than a half, for models of two classes. */
export const thresholdChoiceSchema = z.object({
  by: z.enum(thresholdGoals),
  /** The class whose probability is held against the threshold; '' is the rarer one. */
  positive: z.string(),
  /** Cost of a row called positive that is not, and of a positive row that is missed; only their ratio counts. */
  costFalsePositive: z.number(),
  costFalseNegative: z.number(),
})
export type ThresholdChoice = z.output<typeof thresholdChoiceSchema>

/** The threshold of a model: the positive class is answered when its probability is at or above it, else the other one. */
export const modelThresholdSchema = z.object({ positive: z.string(), threshold: z.number() })

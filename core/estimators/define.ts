import type { z } from 'zod'

/** What a trained model answers: one of several classes, or a number. */
export type Task = 'classification' | 'regression'

/** An estimator as people choose it: its params drive the form of its stage, the recipe of its models and a search over it. */
export type EstimatorSpec<K extends string = string, T extends Task = Task, P extends z.ZodObject = z.ZodObject> = {
  kind: K
  task: T
  /** As in a sentence: "logistic regression". */
  name: string
  params: P
  /** Reads missing numbers and whole categories as they are: the plan need not fill or encode them. */
  readsRaw?: boolean
}

/** Declares what an estimator is. Pure data: safe in the browser, the API and the worker. */
export const defineEstimator = <const K extends string, const T extends Task, P extends z.ZodObject>(
  spec: EstimatorSpec<K, T, P>,
): EstimatorSpec<K, T, P> => spec

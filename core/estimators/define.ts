import type { z } from 'zod'

/** What a trained model answers: one of several classes, or a number. */
export type Task = 'classification' | 'regression'

/** What an estimator learns. Clusters and anomalies are found without right answers; their models answer classes, and those of recommenders items. */
export type LearningTask = Task | 'clustering' | 'anomalies' | 'recommendation'

/** An estimator as people choose it: its params drive the form of its stage, the recipe of its models and a search over it. */
export type EstimatorSpec<K extends string = string, T extends LearningTask = LearningTask, P extends z.ZodObject = z.ZodObject> = {
  kind: K
  task: T
  /** As in a sentence: "logistic regression". */
  name: string
  params: P
  /** Reads missing numbers and whole categories as they are: the plan need not fill or encode them. */
  readsRaw?: boolean
  /** Reads columns side by side, of which there cannot be very many: derived text features keep few terms. */
  readsFewTerms?: boolean
}

/** Declares what an estimator is. Pure data: safe in the browser, the API and the worker. */
export const defineEstimator = <const K extends string, const T extends LearningTask, P extends z.ZodObject>(
  spec: EstimatorSpec<K, T, P>,
): EstimatorSpec<K, T, P> => spec

import { z } from 'zod'
import type { EstimatorSpec, Task } from './define'
import { gaussianNaiveBayes } from './gaussian-naive-bayes'
import { gradientBoosting } from './gradient-boosting'
import { gradientBoostingRegression } from './gradient-boosting-regression'
import { isolationForest } from './isolation-forest'
import { kMeans } from './k-means'
import { linearRegression } from './linear-regression'
import { linearSvm } from './linear-svm'
import { logisticRegression } from './logistic-regression'
import { naiveBayes } from './naive-bayes'
import { nearestNeighbours } from './nearest-neighbours'
import { neuralNetwork } from './neural-network'
import { extraTrees, randomForest, randomForestRegression } from './random-forest'
import { recommender } from './recommender'

/** Every estimator that a model may be trained with. One line per estimator, alphabetical. */
const list = [
  extraTrees,
  gaussianNaiveBayes,
  gradientBoosting,
  gradientBoostingRegression,
  isolationForest,
  kMeans,
  linearRegression,
  linearSvm,
  logisticRegression,
  naiveBayes,
  nearestNeighbours,
  neuralNetwork,
  randomForest,
  randomForestRegression,
  recommender,
] as const satisfies readonly EstimatorSpec[]

type Specs = { [S in (typeof list)[number] as S['kind']]: S }
export type EstimatorKind = keyof Specs
export type EstimatorParams<K extends EstimatorKind> = z.output<Specs[K]['params']>

/** An estimator with its params, as recipes store it. */
export type Estimator<K extends EstimatorKind = EstimatorKind> = { [E in K]: { kind: E } & EstimatorParams<E> }[K]

// fromEntries keeps the pairs, which its type does not say.
export const estimators = Object.fromEntries(list.map((spec) => [spec.kind, spec])) as unknown as Specs

const byKind = list.map((spec: EstimatorSpec) => spec.params.extend({ kind: z.literal(spec.kind) }))

/** Recipes of earlier versions lack params that came later; their defaults are what was done then. */
// The union's members are made by map, so its type is that of the list above.
export const estimatorSchema = z.discriminatedUnion('kind', byKind as never) as unknown as z.ZodType<Estimator>

/** What a model of the estimator answers. Clusters, anomalies and items are answered as classes. */
export const taskOf = (estimator: { kind: EstimatorKind }): Task =>
  estimators[estimator.kind].task === 'regression' ? 'regression' : 'classification'

/** Estimators that learn from right answers, by kind. */
export type LabelledKind = { [K in EstimatorKind]: Specs[K]['task'] extends Task ? K : never }[EstimatorKind]

/** Whether the estimator learns from right answers, so that it can be judged by them. */
export const learnsFromAnswers = (kind: EstimatorKind): kind is LabelledKind => {
  const { task } = estimators[kind]
  return task === 'classification' || task === 'regression'
}

/** Kinds that learn from right answers: what searches choose among. */
// The keys are the kinds, which keys() does not say; there is at least one.
export const labelledKinds = (Object.keys(estimators) as EstimatorKind[]).filter(learnsFromAnswers) as [LabelledKind, ...LabelledKind[]]

import { anonymise } from './anonymise/spec'
import { approval } from './approval/spec'
import { automl } from './automl/spec'
import { batchPredict } from './batch-predict/spec'
import { categoryFeatures } from './category-features/spec'
import { cleanText } from './clean-text/spec'
import { compare } from './compare/spec'
import { components } from './components/spec'
import { crossFeatures } from './cross-features/spec'
import { crossValidate } from './cross-validate/spec'
import { dataContract } from './data-contract/spec'
import { dateFeatures } from './date-features/spec'
import { dedupe } from './dedupe/spec'
import type { StageSpec } from './define'
import { deploy } from './deploy/spec'
import { evaluate } from './evaluate/spec'
import { explain } from './explain/spec'
import { extraTrees } from './extra-trees/spec'
import { fairness } from './fairness/spec'
import { featureSelection } from './feature-selection/spec'
import { file } from './file/spec'
import { fillMissing } from './fill-missing/spec'
import { filter } from './filter/spec'
import { gate } from './gate/spec'
import { gaussianNaiveBayes } from './gaussian-naive-bayes/spec'
import { gradientBoosting } from './gradient-boosting/spec'
import { gradientBoostingRegression } from './gradient-boosting-regression/spec'
import { importOnnx } from './import-onnx/spec'
import { isolationForest } from './isolation-forest/spec'
import { kMeans } from './k-means/spec'
import { labelErrors } from './label-errors/spec'
import { learningCurve } from './learning-curve/spec'
import { linearRegression } from './linear-regression/spec'
import { linearSvm } from './linear-svm/spec'
import { listFeatures } from './list-features/spec'
import { logisticRegression } from './logistic-regression/spec'
import { naiveBayes } from './naive-bayes/spec'
import { nearestNeighbours } from './nearest-neighbours/spec'
import { neuralNetwork } from './neural-network/spec'
import { numberFeatures } from './number-features/spec'
import { randomForest } from './random-forest/spec'
import { randomForestRegression } from './random-forest-regression/spec'
import { recommend } from './recommend/spec'
import { register } from './register/spec'
import { sample } from './sample/spec'
import { sampleData } from './sample-data/spec'
import { slices } from './slices/spec'
import { split } from './split/spec'
import { sql } from './sql/spec'
import { textFeatures } from './text-features/spec'
import { textStatistics } from './text-statistics/spec'
import { tune } from './tune/spec'
import { url } from './url/spec'
import { wordEmbeddings } from './word-embeddings/spec'

/** Every stage the canvas may hold. One line per stage, alphabetical. */
const list = [
  anonymise,
  approval,
  automl,
  batchPredict,
  categoryFeatures,
  cleanText,
  compare,
  components,
  crossFeatures,
  crossValidate,
  dataContract,
  dateFeatures,
  dedupe,
  deploy,
  evaluate,
  explain,
  extraTrees,
  fairness,
  featureSelection,
  file,
  fillMissing,
  filter,
  gate,
  gaussianNaiveBayes,
  gradientBoosting,
  gradientBoostingRegression,
  importOnnx,
  isolationForest,
  kMeans,
  labelErrors,
  learningCurve,
  linearRegression,
  linearSvm,
  listFeatures,
  logisticRegression,
  naiveBayes,
  nearestNeighbours,
  neuralNetwork,
  numberFeatures,
  randomForest,
  randomForestRegression,
  recommend,
  register,
  sample,
  sampleData,
  slices,
  split,
  sql,
  textFeatures,
  textStatistics,
  tune,
  url,
  wordEmbeddings,
] as const satisfies readonly StageSpec[]

type ByType<L extends readonly StageSpec[]> = { [S in L[number] as S['type']]: S }
export type Specs = ByType<typeof list>
export type StageType = keyof Specs
export type SpecOf<T extends StageType> = Specs[T]

export const specs = Object.fromEntries((list as readonly StageSpec[]).map((spec) => [spec.type, spec])) as Specs

/** The spec of a stage type read from a file or the database, or undefined when this version of the product has none. */
export function findSpec(type: string): StageSpec | undefined {
  return Object.hasOwn(specs, type) ? (specs as Record<string, StageSpec>)[type] : undefined
}

import { run as anonymise } from './anonymise/run'
import { run as approval } from './approval/run'
import { run as automl } from './automl/run'
import { run as batchPredict } from './batch-predict/run'
import { run as categoryFeatures } from './category-features/run'
import { run as cleanText } from './clean-text/run'
import { run as compare } from './compare/run'
import { run as components } from './components/run'
import { run as crossFeatures } from './cross-features/run'
import { run as crossValidate } from './cross-validate/run'
import { run as dataContract } from './data-contract/run'
import { run as dateFeatures } from './date-features/run'
import { run as dedupe } from './dedupe/run'
import type { StageRun } from './define'
import { run as deploy } from './deploy/run'
import { run as evaluate } from './evaluate/run'
import { run as explain } from './explain/run'
import { run as extraTrees } from './extra-trees/run'
import { run as fairness } from './fairness/run'
import { run as featureSelection } from './feature-selection/run'
import { run as file } from './file/run'
import { run as fillMissing } from './fill-missing/run'
import { run as filter } from './filter/run'
import { run as gate } from './gate/run'
import { run as gaussianNaiveBayes } from './gaussian-naive-bayes/run'
import { run as gradientBoosting } from './gradient-boosting/run'
import { run as gradientBoostingRegression } from './gradient-boosting-regression/run'
import { run as importOnnx } from './import-onnx/run'
import { run as isolationForest } from './isolation-forest/run'
import { run as kMeans } from './k-means/run'
import { run as labelErrors } from './label-errors/run'
import { run as learningCurve } from './learning-curve/run'
import { run as linearRegression } from './linear-regression/run'
import { run as linearSvm } from './linear-svm/run'
import { run as listFeatures } from './list-features/run'
import { run as logisticRegression } from './logistic-regression/run'
import { run as naiveBayes } from './naive-bayes/run'
import { run as nearestNeighbours } from './nearest-neighbours/run'
import { run as neuralNetwork } from './neural-network/run'
import { run as numberFeatures } from './number-features/run'
import { run as randomForest } from './random-forest/run'
import { run as randomForestRegression } from './random-forest-regression/run'
import { run as recommend } from './recommend/run'
import { run as register } from './register/run'
import { run as sample } from './sample/run'
import { run as sampleData } from './sample-data/run'
import { run as slices } from './slices/run'
import type { SpecOf, StageType } from './specs'
import { run as split } from './split/run'
import { run as sql } from './sql/run'
import { run as textFeatures } from './text-features/run'
import { run as textStatistics } from './text-statistics/run'
import { run as tune } from './tune/run'
import { run as url } from './url/run'
import { run as wordEmbeddings } from './word-embeddings/run'

/** What each stage does. A spec without a run does not compile. */
export const runs: { [T in StageType]: StageRun<SpecOf<T>> } = {
  anonymise,
  approval,
  automl,
  'batch-predict': batchPredict,
  'category-features': categoryFeatures,
  'clean-text': cleanText,
  compare,
  components,
  'cross-features': crossFeatures,
  'cross-validate': crossValidate,
  'data-contract': dataContract,
  'date-features': dateFeatures,
  dedupe,
  deploy,
  evaluate,
  explain,
  'extra-trees': extraTrees,
  fairness,
  'feature-selection': featureSelection,
  file,
  'fill-missing': fillMissing,
  filter,
  gate,
  'gaussian-naive-bayes': gaussianNaiveBayes,
  'gradient-boosting': gradientBoosting,
  'gradient-boosting-regression': gradientBoostingRegression,
  'import-onnx': importOnnx,
  'isolation-forest': isolationForest,
  'k-means': kMeans,
  'label-errors': labelErrors,
  'learning-curve': learningCurve,
  'linear-regression': linearRegression,
  'linear-svm': linearSvm,
  'list-features': listFeatures,
  'logistic-regression': logisticRegression,
  'naive-bayes': naiveBayes,
  'nearest-neighbours': nearestNeighbours,
  'neural-network': neuralNetwork,
  'number-features': numberFeatures,
  'random-forest': randomForest,
  'random-forest-regression': randomForestRegression,
  recommend,
  register,
  sample,
  'sample-data': sampleData,
  slices,
  split,
  sql,
  'text-features': textFeatures,
  'text-statistics': textStatistics,
  tune,
  url,
  'word-embeddings': wordEmbeddings,
}

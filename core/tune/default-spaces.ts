import type { LabelledKind } from '#core/estimators/estimators'
import type { Dimension, ParamValue, Space } from './space'

const real = (name: string, low: number, high: number): Dimension => ({ kind: 'real', path: `estimator.${name}`, low, high, log: false })
const scale = (name: string, low: number, high: number): Dimension => ({ kind: 'real', path: `estimator.${name}`, low, high, log: true })
const count = (name: string, low: number, high: number, log = false): Dimension => ({
  kind: 'int',
  path: `estimator.${name}`,
  low,
  high,
  log,
})
const choice = (name: string, ...values: ParamValue[]): Dimension => ({ kind: 'choice', path: `estimator.${name}`, values })

const boosting: Space = [
  scale('learningRate', 0.01, 0.3),
  count('trees', 50, 500, true),
  count('leaves', 4, 127, true),
  count('minRows', 2, 100, true),
  scale('l2', 0.001, 10),
]
const forest: Space = [count('trees', 50, 300, true), count('minRows', 1, 50, true), choice('features', 'square root', 'third', 'all')]

/**
 * What is searched of an estimator where nothing else is said: the params that matter most, over the ranges in which good
 * settings usually lie. Params that only cost time (passes, epochs) stay as they are.
 */
export const defaultSpaces: { readonly [K in LabelledKind]: Space } = {
  'extra-trees': [...forest, choice('balanced', false, true)],
  'gaussian-naive-bayes': [scale('varSmoothing', 1e-10, 0.1)],
  'gradient-boosting': boosting,
  'gradient-boosting-regression': boosting,
  'linear-regression': [scale('alpha', 0.0001, 100), choice('penalty', 'ridge', 'lasso', 'elastic-net'), real('l1Share', 0.1, 0.9)],
  'linear-svm': [scale('c', 0.001, 100), choice('balanced', false, true)],
  'logistic-regression': [scale('c', 0.01, 1000), choice('balanced', false, true)],
  'naive-bayes': [scale('alpha', 0.001, 10), choice('variant', 'multinomial', 'complement')],
  'nearest-neighbours': [count('k', 1, 100, true), choice('weighting', 'uniform', 'distance'), choice('metric', 'euclidean', 'cosine')],
  'neural-network': [
    count('hidden', 16, 256, true),
    count('layers', 1, 3),
    scale('learningRate', 0.0001, 0.01),
    scale('l2', 0.000001, 0.01),
  ],
  'random-forest': [...forest, choice('balanced', false, true)],
  'random-forest-regression': forest,
}

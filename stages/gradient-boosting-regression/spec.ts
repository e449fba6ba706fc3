import { z } from 'zod'
import { gradientBoostingRegression as estimator } from '#core/estimators/gradient-boosting-regression'
import { defineStage } from '../define'
import { checkNumberTarget, learnPorts, numberTarget } from '../learn-params'

/** Fits the table's plan and gradient boosting for a number, and writes both as one .onnx file. */
export const gradientBoostingRegression = defineStage({
  type: 'gradient-boosting-regression',
  version: 3,
  title: 'Gradient boosting, numbers',
  summary: 'Learns to answer a number: its mean, its median, a quantile or a count',
  category: 'learn',
  icon: 'chart-spline',
  keywords: ['regressor', 'train', 'gbm', 'xgboost', 'lightgbm', 'quantile', 'poisson', 'boosted trees'],
  params: z.object({ target: numberTarget, ...estimator.params.shape }),
  ...learnPorts,
  describe: ({ target, trees, loss, quantile }) =>
    `${target || 'no target yet'}, ${trees} trees, ${loss === 'quantile' ? `quantile ${quantile}` : loss}`,
  check: checkNumberTarget,
})

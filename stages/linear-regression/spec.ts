import { z } from 'zod'
import { linearRegression as estimator } from '#core/estimators/linear-regression'
import { defineStage } from '../define'
import { checkNumberTarget, learnPorts, numberTarget } from '../learn-params'

/** Fits the table's plan and a linear regression (ridge, lasso or elastic net), and writes both as one .onnx file. */
export const linearRegression = defineStage({
  type: 'linear-regression',
  version: 3,
  title: 'Linear regression',
  summary: 'Learns to answer a number, as a weighted sum of the features',
  category: 'learn',
  icon: 'trending-up',
  keywords: ['regressor', 'train', 'number', 'price', 'ridge', 'lasso', 'elastic net', 'least squares'],
  params: z.object({ target: numberTarget, ...estimator.params.shape }),
  ...learnPorts,
  describe: ({ target, penalty, alpha }) => `${target || 'no target yet'}, ${penalty}, alpha ${alpha}`,
  check: checkNumberTarget,
})

import { z } from 'zod'
import { randomForestRegression as estimator } from '#core/estimators/random-forest'
import { defineStage } from '../define'
import { checkNumberTarget, learnPorts, numberTarget } from '../learn-params'

/** Fits the table's plan and a random forest for a number, and writes both as one .onnx file. */
export const randomForestRegression = defineStage({
  type: 'random-forest-regression',
  version: 3,
  title: 'Random forest, numbers',
  summary: 'Learns to answer a number as the mean of many trees',
  category: 'learn',
  icon: 'trees',
  keywords: ['regressor', 'train', 'bagging', 'trees', 'ensemble'],
  params: z.object({ target: numberTarget, ...estimator.params.shape }),
  ...learnPorts,
  describe: ({ target, trees }) => `${target || 'no target yet'}, ${trees} trees`,
  check: checkNumberTarget,
})

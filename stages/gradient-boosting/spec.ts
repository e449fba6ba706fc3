import { z } from 'zod'
import { gradientBoosting as estimator } from '#core/estimators/gradient-boosting'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

/** Fits the table's plan and gradient boosting of histogram trees, and writes both as one .onnx file. */
export const gradientBoosting = defineStage({
  type: 'gradient-boosting',
  version: 3,
  title: 'Gradient boosting',
  summary: 'Adds trees that mend each other; the strongest on tables, reads gaps and categories as they are',
  category: 'learn',
  icon: 'trees',
  keywords: ['classifier', 'train', 'gbm', 'xgboost', 'lightgbm', 'histogram', 'boosted trees'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, trees, learningRate }) => `${target || 'no target yet'}, ${trees} trees, learning rate ${learningRate}`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

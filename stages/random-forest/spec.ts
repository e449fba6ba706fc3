import { z } from 'zod'
import { randomForest as estimator } from '#core/estimators/random-forest'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

/** Fits the table's plan and a random forest, and writes both as one .onnx file. */
export const randomForest = defineStage({
  type: 'random-forest',
  version: 3,
  title: 'Random forest',
  summary: 'Asks many trees, each grown on rows drawn anew; hard to get wrong',
  category: 'learn',
  icon: 'tree-pine',
  keywords: ['classifier', 'train', 'bagging', 'trees', 'ensemble'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, trees }) => `${target || 'no target yet'}, ${trees} trees`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

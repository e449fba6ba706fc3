import { z } from 'zod'
import { gaussianNaiveBayes as estimator } from '#core/estimators/gaussian-naive-bayes'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

/** Fits the table's plan and a Gaussian naive Bayes, and writes both as one .onnx file. */
export const gaussianNaiveBayes = defineStage({
  type: 'gaussian-naive-bayes',
  version: 3,
  title: 'Gaussian naive Bayes',
  summary: 'Learns the usual value and spread of each number per class; instant, needs few rows',
  category: 'learn',
  icon: 'chart-area',
  keywords: ['classifier', 'train', 'normal', 'bell curve', 'numbers'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, varSmoothing }) => `${target || 'no target yet'}, smoothing ${varSmoothing}`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

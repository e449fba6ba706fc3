import { z } from 'zod'
import { naiveBayes as estimator } from '#core/estimators/naive-bayes'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

/** Fits the table's plan and a multinomial or complement naive Bayes, and writes both as one .onnx file. */
export const naiveBayes = defineStage({
  type: 'naive-bayes',
  version: 3,
  title: 'Naive Bayes',
  summary: 'Counts terms per class; trains in an instant and needs few rows',
  category: 'learn',
  icon: 'scale',
  keywords: ['classifier', 'train', 'multinomial', 'complement', 'text'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, variant, alpha }) => `${target || 'no target yet'}, ${variant}, smoothing ${alpha}`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

import { z } from 'zod'
import { logisticRegression as estimator } from '#core/estimators/logistic-regression'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

const penaltyNames = { l1: 'L1', 'elastic-net': 'elastic net' } as const

/** Fits the table's plan and a multinomial logistic regression, and writes both as one .onnx file. */
export const logisticRegression = defineStage({
  type: 'logistic-regression',
  version: 3,
  title: 'Logistic regression',
  summary: 'Learns one weight per feature and class; fast, strong on text, easy to read',
  category: 'learn',
  icon: 'chart-line',
  keywords: ['classifier', 'train', 'linear', 'softmax', 'sdca'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, c, penalty, balanced }) =>
    `${target || 'no target yet'}, C = ${c}${penalty === 'l2' ? '' : `, ${penaltyNames[penalty]}`}${balanced ? ', classes balanced' : ''}`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

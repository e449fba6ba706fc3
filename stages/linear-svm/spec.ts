import { z } from 'zod'
import { linearSvm as estimator } from '#core/estimators/linear-svm'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

/** Fits the table's plan and a linear support vector machine, each class against the rest, and writes both as one .onnx file. */
export const linearSvm = defineStage({
  type: 'linear-svm',
  version: 3,
  title: 'Linear SVM',
  summary: 'Draws the widest straight border around each class; fast, and strong on text with many classes',
  category: 'learn',
  icon: 'slash',
  keywords: ['classifier', 'train', 'support vector machine', 'svc', 'margin', 'hinge', 'linear'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, c, balanced }) => `${target || 'no target yet'}, C = ${c}${balanced ? ', classes balanced' : ''}`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

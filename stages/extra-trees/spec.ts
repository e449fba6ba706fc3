import { z } from 'zod'
import { extraTrees as estimator } from '#core/estimators/random-forest'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

/** Fits the table's plan and extremely randomised trees, and writes both as one .onnx file. */
export const extraTrees = defineStage({
  type: 'extra-trees',
  version: 3,
  title: 'Extra trees',
  summary: 'A forest whose trees draw their questions by lot: smoother and faster to grow',
  category: 'learn',
  icon: 'shrub',
  keywords: ['classifier', 'train', 'extremely randomised', 'trees', 'ensemble', 'forest'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, trees }) => `${target || 'no target yet'}, ${trees} trees`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

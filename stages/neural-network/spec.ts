import { z } from 'zod'
import { neuralNetwork as estimator } from '#core/estimators/neural-network'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

/** Fits the table's plan and a multilayer perceptron, and writes both as one .onnx file. */
export const neuralNetwork = defineStage({
  type: 'neural-network',
  version: 3,
  title: 'Neural network',
  summary: 'Learns shapes that no straight line parts, in one to three hidden layers',
  category: 'learn',
  icon: 'waypoints',
  keywords: ['classifier', 'train', 'perceptron', 'mlp', 'deep learning', 'adam'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, hidden, layers }) => `${target || 'no target yet'}, ${layers === 1 ? '' : `${layers} layers of `}${hidden} units`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

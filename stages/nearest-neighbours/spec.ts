import { z } from 'zod'
import { nearestNeighbours as estimator } from '#core/estimators/nearest-neighbours'
import { defineStage } from '../define'
import { answerParams, checkTarget, learnPorts, migrateCalibrate, target } from '../learn-params'

/** Fits the table's plan and keeps the training rows, which vote on new ones, in one .onnx file. */
export const nearestNeighbours = defineStage({
  type: 'nearest-neighbours',
  version: 3,
  title: 'Nearest neighbours',
  summary: 'Lets the most similar training rows vote; nothing to tune, best with few, scaled columns',
  category: 'learn',
  icon: 'chart-scatter',
  keywords: ['classifier', 'train', 'knn', 'k-nearest', 'similar', 'cosine'],
  params: z.object({ target, ...estimator.params.shape, ...answerParams }),
  ...learnPorts,
  describe: ({ target, k, weighting, metric }) =>
    `${target || 'no target yet'}, ${k} ${k === 1 ? 'neighbour' : 'neighbours'}, ${metric}${weighting === 'distance' ? ', nearer ones count for more' : ''}`,
  check: checkTarget,
  migrate: migrateCalibrate,
})

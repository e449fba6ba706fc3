import { taskOf } from '#core/estimators/estimators'
import type { Recipe } from '#core/ports/kinds'
import type { Target } from '#ml/pipeline/fit-args'
import { codeLabels, labelsOf, smallClasses } from '#ml/pipeline/labels'
import type { StageContext } from './define'

/** Warns of classes that some folds must lack; returns what it said. Throws as codeLabels for a target without two classes. */
export function saySmallClasses(
  { estimator, target: name }: Pick<Recipe, 'estimator' | 'target'>,
  target: Target,
  folds: number,
  ctx: StageContext,
): string[] {
  if (taskOf(estimator) !== 'classification') return []
  const sentences = smallClasses(codeLabels(labelsOf(target), name), folds)
  for (const sentence of sentences) ctx.log('warn', sentence)
  return sentences
}

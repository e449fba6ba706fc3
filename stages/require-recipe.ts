import { AppError } from '#core/errors/app-error'
import { learnsFromAnswers } from '#core/estimators/estimators'
import type { ModelValue, Recipe } from '#core/ports/kinds'

/**
 * The recipe of a model that is to be trained again for `purpose`; an AppError when it was imported and has none, recommends, or
 * learned without right answers.
 */
export function requireRecipe({ recipe, origin }: ModelValue, purpose: string): Recipe {
  if (recipe?.estimator.kind === 'recommender') {
    throw new AppError('bad_input', {
      detail: `The model recommends items, and is not trained again ${purpose}: it has measured itself on the items that it held out of each user. Look at the report of its Recommend items stage.`,
      hint: { port: 'model' },
    })
  }
  if (recipe && !learnsFromAnswers(recipe.estimator.kind)) {
    throw new AppError('bad_input', {
      detail: `The model learned without right answers, so there is nothing to measure it by and it is not trained again ${purpose}. Look at the report of the stage that made it.`,
      hint: { port: 'model' },
    })
  }
  if (recipe) return recipe
  throw new AppError('bad_input', {
    detail: `The model was imported${origin ? ` from ${origin.name}` : ''}, so it cannot be trained again ${purpose}. Measure it with Evaluate, on rows that it was not trained on.`,
    hint: { port: 'model', fix: { label: 'Use Evaluate', kind: 'insert-stage', value: 'evaluate' } },
  })
}

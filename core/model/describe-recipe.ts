import type { Recipe } from '#core/ports/kinds'
import type { FeatureStep, PrepareStep } from '#core/ports/plan'

export type Param = { name: string; value: string }

/** What a model was trained with, as names and values that people compare: estimator, target, features, prepare steps, seed. */
export function describeRecipe(recipe: Recipe): Param[] {
  return [
    ...describeEstimator(recipe.estimator),
    { name: 'target', value: recipe.target },
    { name: 'calibrated', value: yesNo(recipe.calibrate) },
    ...numbered(recipe.plan.features.map(describeFeature)),
    ...numbered(recipe.plan.prepare.map(describePrepare)),
    { name: 'seed', value: String(recipe.seed) },
  ]
}

function describeEstimator(estimator: Recipe['estimator']): Param[] {
  switch (estimator.kind) {
    case 'logistic-regression':
      return [
        { name: 'estimator', value: 'logistic regression' },
        { name: 'C', value: String(estimator.c) },
        { name: 'classes balanced', value: yesNo(estimator.balanced) },
        { name: 'passes at most', value: String(estimator.maxEpochs) },
      ]
    case 'naive-bayes':
      return [
        { name: 'estimator', value: `${estimator.variant} naive Bayes` },
        { name: 'smoothing', value: String(estimator.alpha) },
      ]
  }
}

function describeFeature(step: FeatureStep): Param {
  const name = `${{ text: 'text', category: 'categories', number: 'numbers' }[step.kind]} of ${step.columns.join(', ')}`
  switch (step.kind) {
    case 'text': {
      const terms = [step.words && `words ${span(step.words)}`, step.chars && `characters ${span(step.chars)}`].filter(Boolean)
      const limits = [`in ${step.minRows}+ rows`, ...(step.maxShare < 1 ? [`in at most ${step.maxShare * 100} % of rows`] : [])]
      const damped = step.sublinear && step.weighting !== 'binary' ? ', repeats dampened' : ''
      return {
        name,
        value: `${step.weighting}, ${terms.join(' and ')}, ${limits.join(', ')}, at most ${step.maxTerms.toLocaleString('en')} terms${damped}${step.lowercase ? ', lower case' : ''}`,
      }
    }
    case 'category':
      return { name, value: `in ${step.minRows}+ rows, at most ${step.maxValues.toLocaleString('en')} values` }
    case 'number':
      return { name, value: `missing to ${step.impute}, ${step.scale} scale${step.indicator ? ', missing remembered' : ''}` }
  }
}

function describePrepare(step: PrepareStep): Param {
  switch (step.kind) {
    case 'clean-text': {
      const does = [
        step.stripHtml && 'tags off',
        step.stripUrls && 'links off',
        step.lowercase && 'lower case',
        step.collapseSpace && 'spaces tidied',
        step.maxChars !== null && `first ${step.maxChars.toLocaleString('en')} characters`,
      ]
      return { name: `clean ${step.columns.join(', ')}`, value: does.filter(Boolean).join(', ') || 'nothing' }
    }
    case 'anonymise':
      return { name: `anonymise ${step.columns.join(', ')}`, value: `${step.mode} ${step.pii.join(', ')}` }
    case 'fill':
      return {
        name: 'fill missing',
        value: Object.entries(step.values)
          .map(([column, value]) => `${column} with ${value}`)
          .join(', '),
      }
  }
}

/** Steps of the same name get a number, so that a comparison pairs first with first. */
function numbered(params: Param[]): Param[] {
  const seen = new Map<string, number>()
  return params.map(({ name, value }) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return { name: count === 1 ? name : `${name} (${count})`, value }
  })
}

const span = ({ min, max }: { min: number; max: number }) => (min === max ? `${min}` : `${min} to ${max}`)
const yesNo = (flag: boolean) => (flag ? 'yes' : 'no')

import type { z } from 'zod'
import { estimators, taskOf } from '#core/estimators/estimators'
import type { Recipe } from '#core/ports/kinds'
import type { FeatureStep, PrepareStep } from '#core/ports/plan'

export type Param = { name: string; value: string }

/** What a model was trained with, as names and values that people compare: estimator, target, features, prepare steps, seed. */
export function describeRecipe(recipe: Recipe): Param[] {
  return [
    ...describeEstimator(recipe.estimator),
    { name: 'target', value: recipe.target },
    ...(taskOf(recipe.estimator) === 'classification' ? [{ name: 'calibrated', value: yesNo(recipe.calibrate) }] : []),
    ...numbered(recipe.plan.features.map(describeFeature)),
    ...numbered(recipe.plan.prepare.map(describePrepare)),
    { name: 'seed', value: String(recipe.seed) },
  ]
}

/** The estimator and its params, under the titles that its form has. */
function describeEstimator({ kind, ...params }: Recipe['estimator']): Param[] {
  const { name, params: shape } = estimators[kind]
  const titles: Readonly<Record<string, z.ZodType>> = shape.shape
  return [
    { name: 'estimator', value: name },
    ...Object.entries(params).map(([param, value]) => {
      const { title = param, unit } = titles[param]?.meta() ?? {}
      return { name: lowerFirst(title), value: `${typeof value === 'boolean' ? yesNo(value) : value}${unit ? ` ${unit}` : ''}` }
    }),
  ]
}

/** A title inside a list of names; a single letter is a symbol and stays. */
const lowerFirst = (title: string) => (title.length === 1 ? title : title.charAt(0).toLowerCase() + title.slice(1))

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
      return {
        name,
        value: `${step.encoding === 'codes' ? 'whole' : 'one-hot'}, in ${step.minRows}+ rows, at most ${step.maxValues.toLocaleString('en')} values`,
      }
    case 'number':
      return {
        name,
        value: `missing ${step.impute === 'none' ? 'kept' : `to ${step.impute}`}, ${step.scale} scale${step.indicator ? ', missing remembered' : ''}`,
      }
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

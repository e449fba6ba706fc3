import type { z } from 'zod'
import { estimators, learnsFromAnswers } from '#core/estimators/estimators'
import type { InteractionSettings } from '#core/model/interactions'
import type { Recipe } from '#core/ports/kinds'
import type { FeatureStep, NumberStep, PrepareStep, VectorsStep } from '#core/ports/plan'

export type Param = { name: string; value: string }

/** What a model was trained with, as names and values that people compare: estimator, target, features, prepare steps, seed. */
export function describeRecipe(recipe: Recipe): Param[] {
  return [
    ...describeEstimator(recipe.estimator),
    { name: learnsFromAnswers(recipe.estimator.kind) ? 'target' : 'answers', value: recipe.target },
    ...(estimators[recipe.estimator.kind].task === 'classification' ? describeAnswering(recipe) : []),
    ...(recipe.interactions ? describeInteractions(recipe.interactions) : []),
    ...numbered(recipe.plan.features.map(describeFeature)),
    ...numbered(recipe.plan.prepare.map(describePrepare)),
    { name: 'seed', value: String(recipe.seed) },
  ]
}

function describeInteractions({
  user,
  weight,
  time,
  minItemUsers,
  minUserItems,
  mostItems,
  heldOut,
  testUsers,
}: InteractionSettings): Param[] {
  return [
    { name: 'user', value: user },
    { name: 'weight', value: weight || 'each pair once' },
    {
      name: 'held out',
      value: `${heldOut} per user ${time ? `by ${time}` : 'at random'}, at most ${testUsers.toLocaleString('en')} users`,
    },
    { name: 'items', value: `of ${minItemUsers}+ users, at most ${mostItems.toLocaleString('en')}` },
    { name: 'users', value: `of ${minUserItems}+ items` },
  ]
}

/** The estimator and those of its params that count, under the titles that its form has. */
function describeEstimator({ kind, ...params }: Recipe['estimator']): Param[] {
  const { name, params: shape } = estimators[kind]
  const fields: Readonly<Record<string, z.ZodType>> = shape.shape
  const values: Readonly<Record<string, unknown>> = params
  const counts = (param: string) => {
    // As the form does: `when` is read as ParamMeta has it.
    const when = fields[param]?.meta()?.when as { param: string; is: readonly unknown[] } | undefined
    return !when || when.is.includes(values[when.param])
  }
  return [
    { name: 'estimator', value: name },
    ...Object.entries(values)
      .filter(([param]) => counts(param))
      .map(([param, value]) => {
        const { title = param, unit } = fields[param]?.meta() ?? {}
        return { name: lowerFirst(title), value: `${inWords(value)}${unit ? ` ${unit}` : ''}` }
      }),
  ]
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  return typeof value === 'boolean' ? yesNo(value) : String(value)
}

function describeAnswering({ calibration, threshold }: Recipe): Param[] {
  if (!threshold) return [{ name: 'calibration', value: calibration }]
  const { by, positive, costFalsePositive, costFalseNegative } = threshold
  const goal = { f1: 'best F1', balanced: 'best balanced accuracy', cost: 'least cost' }[by]
  const costs = by === 'cost' ? `, false alarm ${costFalsePositive}, miss ${costFalseNegative}` : ''
  return [
    { name: 'calibration', value: calibration },
    { name: 'threshold', value: `${goal} of ${positive === '' ? 'the rarer class' : positive}${costs}` },
  ]
}

/** A title inside a list of names; a single letter is a symbol and stays. */
const lowerFirst = (title: string) => (title.length === 1 ? title : title.charAt(0).toLowerCase() + title.slice(1))

function describeFeature(step: FeatureStep): Param {
  // a step that names no columns reads all features before it
  const name = step.columns.length === 0 ? stepNames[step.kind] : `${stepNames[step.kind]} of ${step.columns.join(', ')}`
  switch (step.kind) {
    case 'text': {
      const terms = [step.words && `words ${span(step.words)}`, step.chars && `characters ${span(step.chars)}`].filter(Boolean)
      const limits = [`in ${step.minRows}+ rows`, ...(step.maxShare < 1 ? [`in at most ${step.maxShare * 100} % of rows`] : [])]
      const damped = step.sublinear && step.weighting !== 'binary' ? ', repeats dampened' : ''
      return {
        name,
        value: `${step.weighting}, ${terms.join(' and ')}, ${limits.join(', ')}, at most ${step.maxTerms.toLocaleString('en')} terms${damped}${step.lowercase ? ', lower case' : ''}${step.hashBits === undefined ? '' : `, hashed to ${step.hashBits} bits`}`,
      }
    }
    case 'category':
    case 'cross': {
      const smoothed = step.encoding === 'target' ? `, smoothed by ${step.smoothing ?? 10} rows` : ''
      return {
        name,
        value: `${encodingNames[step.encoding]}, in ${step.minRows}+ rows, at most ${step.maxValues.toLocaleString('en')} values${smoothed}`,
      }
    }
    case 'date': {
      const parts = step.parts.map((part) => (step.cyclic && part !== 'year' ? `${part} as a cycle` : part))
      const age = step.ageTo === null ? [] : [step.ageTo === 'latest' ? 'age in days' : `days until ${step.ageTo}`]
      return {
        name,
        value: `${[...parts, ...age].join(', ')}, ${missingWords(step)}, ${step.scale} scale${step.indicator ? ', missing remembered' : ''}`,
      }
    }
    case 'statistics':
      return { name, value: `${step.statistics.join(', ')}, ${step.scale} scale` }
    case 'list':
      return {
        name,
        value: `entries between ${JSON.stringify(step.separator)}, in ${step.minRows}+ rows, at most ${step.maxValues.toLocaleString('en')}`,
      }
    case 'vectors':
      return {
        name,
        value: `${vectorsWeighting(step)} of ${step.words.toLocaleString('en')} words in ${step.dimensions.toLocaleString('en')} dimensions (${step.artifact.slice(0, 12)})${step.lowercase ? ', lower case' : ''}${step.indicator ? ', no known word remembered' : ''}`,
      }
    case 'components':
      return { name, value: `${step.components} ${step.centre ? 'principal components' : 'of a truncated SVD'}` }
    case 'selection':
      return { name, value: `by ${step.method}, at most ${step.keep.toLocaleString('en')}, score above ${step.above}` }
    case 'number':
      return {
        name,
        value: `${missingWords(step)}, ${step.bins ? `${step.bins.count} ranges by ${step.bins.by}` : `${step.scale} scale`}${step.indicator ? ', missing remembered' : ''}`,
      }
  }
}

const stepNames = {
  text: 'text',
  category: 'categories',
  number: 'numbers',
  cross: 'crosses',
  date: 'dates',
  statistics: 'text statistics',
  selection: 'selection of features',
  components: 'components',
  list: 'entries',
  vectors: 'word vectors',
}

const vectorsWeighting = ({ weighting, smoothing = 0.001 }: Pick<VectorsStep, 'weighting' | 'smoothing'>) =>
  ({ mean: 'mean', idf: 'mean by inverse document frequency', sif: `mean by smooth inverse frequency, a ${smoothing},` })[weighting]

const encodingNames = { codes: 'whole', 'one-hot': 'one-hot', ordinal: 'ranks', target: 'means of the target' }

const missingWords = ({ impute, constant = 0 }: { impute: NumberStep['impute']; constant?: number | undefined }) =>
  impute === 'none' ? 'missing kept' : `missing to ${impute === 'constant' ? constant : impute.replace('-', ' ')}`

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

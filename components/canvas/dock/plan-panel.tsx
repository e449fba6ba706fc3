'use client'

import type { CategoryStep, FeatureStep, NumberStep, Plan, PrepareStep } from '#core/ports/plan'
import { formatNumber, formatShare } from '#core/words/format'
import { DockEmpty } from './dock-empty'

/** What must happen to a raw row before a model sees it: steps that are done, and features that are fitted later. */
export function PlanPanel({ plan }: { plan: Plan }) {
  if (plan.prepare.length + plan.features.length === 0) {
    return <DockEmpty title="The plan is empty">Training will then choose features from the column types, and say which.</DockEmpty>
  }
  return (
    <ol className="plan">
      {plan.prepare.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their order
        <li key={`p${i}`}>
          <span className="badge">prepare</span> {prepareWords(step)}
        </li>
      ))}
      {plan.features.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their order
        <li key={`f${i}`}>
          <span className="badge accent">feature</span> {featureWords(step)}
        </li>
      ))}
    </ol>
  )
}

function prepareWords(step: PrepareStep): string {
  switch (step.kind) {
    case 'clean-text':
      return `Clean text in ${step.columns.join(', ')}`
    case 'anonymise':
      return `Anonymise ${step.pii.join(', ')} in ${step.columns.join(', ')} (${step.mode})`
    case 'fill':
      return `Fill missing values of ${Object.keys(step.values).join(', ')}`
  }
}

function featureWords(step: FeatureStep): string {
  switch (step.kind) {
    case 'text': {
      const words = step.words ? `${step.words.min} to ${step.words.max} words` : null
      const chars = step.chars ? `${step.chars.min} to ${step.chars.max} characters` : null
      return `${step.weighting} of ${step.columns.join(', ')}: ${[words, chars].filter(Boolean).join(' and ')}, seen in ${step.minRows} rows or more and at most ${formatShare(step.maxShare, 0)}, at most ${formatNumber(step.maxTerms)} terms${step.hashBits === undefined ? '' : ` hashed to ${step.hashBits} bits`}; fitted on training rows only`
    }
    case 'category':
      return `${encodingWords[step.encoding]} of ${step.columns.join(', ')}: at most ${formatNumber(step.maxValues)} values seen in ${step.minRows} rows or more`
    case 'cross':
      return `${encodingWords[step.encoding]} of each pair of ${step.columns.join(', ')}: at most ${formatNumber(step.maxValues)} pairs of values seen in ${step.minRows} rows or more`
    case 'date':
      return `Dates of ${step.columns.join(', ')}: ${[...step.parts.map((part) => (step.cyclic && part !== 'year' ? `${part} as a cycle` : part)), ...(step.ageTo === null ? [] : [step.ageTo === 'latest' ? 'age in days' : `days until ${step.ageTo}`])].join(', ')}`
    case 'statistics':
      return `Statistics of ${step.columns.join(', ')}: ${step.statistics.join(', ').replaceAll('-', ' ')}`
    case 'list':
      return `Entries of ${step.columns.join(', ')}, between ${JSON.stringify(step.separator)}: at most ${formatNumber(step.maxValues)} seen in ${step.minRows} rows or more`
    case 'vectors':
      return `Mean of the word vectors of ${step.columns.join(', ')}${{ mean: '', idf: ', weighted by inverse document frequency', sif: ', weighted by smooth inverse frequency' }[step.weighting]}: ${formatNumber(step.words)} words, ${formatNumber(step.dimensions)} dimensions`
    case 'components':
      return `The ${formatNumber(step.components)} ${step.centre ? 'principal components' : 'components of a truncated SVD'} of the features above, in their place; fitted on training rows only`
    case 'selection':
      return `Selection of the features above: at most ${formatNumber(step.keep)}, by ${step.method.replace('-', ' ')}`
    case 'number':
      return `Numbers of ${step.columns.join(', ')}: ${missingWords(step)}, ${step.bins ? `up to ${step.bins.count} ranges by ${step.bins.by}` : `scale ${step.scale}`}`
  }
}

const encodingWords: Record<CategoryStep['encoding'], string> = {
  'one-hot': 'Categories',
  codes: 'Whole categories',
  ordinal: 'Ranks by frequency',
  target: 'Means of the target per value',
}

function missingWords({ impute, constant = 0 }: NumberStep): string {
  if (impute === 'none') return 'missing stays missing'
  return `missing becomes ${impute === 'constant' ? formatNumber(constant) : `the ${impute.replace('-', ' ')}`}`
}

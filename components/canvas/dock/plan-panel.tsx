'use client'

import type { FeatureStep, Plan, PrepareStep } from '#core/ports/plan'
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
      return `${step.weighting} of ${step.columns.join(', ')}: ${[words, chars].filter(Boolean).join(' and ')}, seen in ${step.minRows} rows or more and at most ${formatShare(step.maxShare, 0)}, at most ${formatNumber(step.maxTerms)} terms; fitted on training rows only`
    }
    case 'category':
      return `${step.encoding === 'codes' ? 'Whole categories' : 'Categories'} of ${step.columns.join(', ')}: at most ${formatNumber(step.maxValues)} values seen in ${step.minRows} rows or more`
    case 'number':
      return `Numbers of ${step.columns.join(', ')}: ${step.impute === 'none' ? 'missing stays missing' : `missing becomes the ${step.impute}`}, scale ${step.scale}`
  }
}

import { predictionName } from '#core/monitor/bins'
import { figureUnit, figureWords, plainFigures } from '#core/monitor/figures'
import type { AlertRuleView, MonitorView } from '#core/monitor/views'

/** What the dialog holds while a rule is written: text, as it is typed. Shares are written in %. */
export type RuleDraft = {
  name: string
  figure: string
  operator: '>' | '<'
  limit: string
  minutes: string
  includesTest: boolean
  webhook: string
  enabled: boolean
}

export type RuleErrors = Partial<Record<'name' | 'limit' | 'minutes' | 'webhook', string>>

const suggested: Record<string, { operator: '>' | '<'; limit: string; minutes: string }> = {
  errorRate: { operator: '>', limit: '1', minutes: '5' },
  clientErrorRate: { operator: '>', limit: '10', minutes: '5' },
  requestsPerMinute: { operator: '<', limit: '1', minutes: '10' },
  latencyP50: { operator: '>', limit: '50', minutes: '5' },
  latencyP95: { operator: '>', limit: '100', minutes: '5' },
  latencyP99: { operator: '>', limit: '200', minutes: '5' },
  meanConfidence: { operator: '<', limit: '0.7', minutes: '10' },
  lowConfidence: { operator: '>', limit: '10', minutes: '10' },
  driftedColumns: { operator: '>', limit: '0', minutes: '5' },
}

/** A draft for a figure, with a limit that makes sense for it. */
export function draftFor(figure: string): RuleDraft {
  const start = suggested[figure] ?? { operator: '>', limit: figureUnit(figure) === 'share' ? '50' : '0.2', minutes: '5' }
  return { name: figureWords(figure), figure, ...start, includesTest: true, webhook: '', enabled: true }
}

/** A draft that says what a stored rule says. */
export function draftOf(rule: AlertRuleView): RuleDraft {
  const { name, figure, operator, includesTest, enabled } = rule
  const limit = figureUnit(figure) === 'share' ? Math.round(rule.limit * 1e6) / 1e4 : rule.limit
  return { name, figure, operator, limit: String(limit), minutes: String(rule.minutes), includesTest, webhook: rule.webhook ?? '', enabled }
}

/** What is wrong with a draft, by field; empty when it can be saved. */
export function draftErrors(draft: RuleDraft): RuleErrors {
  const errors: RuleErrors = {}
  if (draft.name.trim() === '') errors.name = 'Give the rule a name.'
  if (draft.limit.trim() === '' || !Number.isFinite(Number(draft.limit))) errors.limit = 'Write the limit as a number.'
  const minutes = Number(draft.minutes)
  if (draft.minutes.trim() === '' || !Number.isInteger(minutes) || minutes < 0 || minutes > 1440)
    errors.minutes = 'Whole minutes, 0 to 1440.'
  if (draft.webhook !== '' && !/^https?:\/\/[^\s/]+/.test(draft.webhook)) errors.webhook = 'An http or https address, or nothing.'
  return errors
}

/** The rule of a draft without errors, as the API takes it. */
export function ruleOf(draft: RuleDraft) {
  const limit = Number(draft.limit) / (figureUnit(draft.figure) === 'share' ? 100 : 1)
  return { ...draft, name: draft.name.trim(), limit, minutes: Number(draft.minutes), webhook: draft.webhook === '' ? null : draft.webhook }
}

export const unitWords = { share: '%', ms: 'ms', score: '', count: '' } as const

/** Figures that a deployment which answers numbers does not have. */
const ofConfidence: readonly string[] = ['meanConfidence', 'lowConfidence']

/** All figures that a rule on this deployment may watch. */
export function figureOptions(view: MonitorView): { value: string; label: string }[] {
  const names = [
    ...plainFigures.filter((name) => view.task === 'classification' || !ofConfidence.includes(name)),
    `drift:${predictionName}`,
    ...view.drift.filter((one) => one.kind !== 'prediction').map((one) => `drift:${one.name}`),
    ...view.classes.map((name) => `share:${name}`),
  ]
  return names.map((value) => ({ value, label: figureWords(value) }))
}

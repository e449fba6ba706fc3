import type { ReleaseSettings } from '#core/releases/settings'
import type { Strategy } from '#core/releases/strategy'
import { readServe, type ServeDraft, type SettingsErrors, serveDraft } from './settings-draft.ts'
import {
  type DraftErrors,
  type ReadStrategy,
  readStrategy,
  type StrategyDraft,
  type StrategyKind,
  strategyDraft,
} from './strategy-draft.ts'
import { planSentence } from './strategy-words.ts'

/** What the deploy sheet knows of what is live and of the candidate. */
export type OrderFacts = {
  live: { versionId: string; version: number } | null
  candidate: { versionId: string; version: number }
  problem: string | null
  canSplit: boolean
  isRegression: boolean
  /** Of a classifier. */
  classes: readonly string[]
  settings: ReleaseSettings
  lowConfidence: number
}

export type OrderDraft = { strategy: StrategyDraft; serve: ServeDraft; reason: string | null }
export type Order = ({ strategy: Strategy } | { share: number }) & { settings: ReleaseSettings; lowConfidence: number; reason: string }

export type ReadOrder = {
  order: Order | null
  /** Why the button is off. */
  problem: string | null
  /** What stands behind the verb on the button: "all traffic", "canary from 5 %". */
  forecast: string
  /** What will happen, in one sentence; null while the form has errors. */
  plan: string | null
  strategyErrors: DraftErrors
  serveErrors: SettingsErrors
  reason: string
}

/** Those that send the same record to both versions. */
const splitting = ['canary', 'shadow', 'ab', 'bandit', 'by-hand'] as const
const newVersionOnly = 'There is nothing live to compare with: the first version takes all traffic.'

/** A canary where something else is live and the traffic can be split, all at once where not. */
export function startOrder(facts: OrderFacts): OrderDraft {
  const kind = refusalsOf(facts).canary === undefined ? 'canary' : 'all-at-once'
  return { strategy: strategyDraft(kind), serve: serveDraft(facts.settings, facts.lowConfidence), reason: null }
}

/** Why a strategy cannot be chosen for this candidate. */
export function refusalsOf({ live, candidate, canSplit }: OrderFacts): Partial<Record<StrategyKind, string>> {
  const same = (why: string) => Object.fromEntries((['blue-green', ...splitting] as const).map((kind) => [kind, why]))
  if (!live) return same(newVersionOnly)
  if (live.versionId === candidate.versionId) return same(`v${candidate.version} already is the champion.`)
  const other = 'The two versions read other fields or answer in another way, so the traffic cannot be split between them.'
  return canSplit ? {} : Object.fromEntries(splitting.map((kind) => [kind, other]))
}

/** The order of a draft, or why there is none yet. */
export function readOrder(draft: OrderDraft, facts: OrderFacts): ReadOrder {
  const { live, candidate } = facts
  const strategy = readStrategy(draft.strategy)
  const serve = readServe(draft.serve, facts.settings, facts)
  const forecast = forecastOf(draft.strategy)
  const reason = draft.reason ?? `v${candidate.version} deployed${live ? `, ${forecast}` : ''}`
  const problem =
    facts.problem ??
    refusalsOf(facts)[draft.strategy.kind] ??
    (strategy.errors || serve.errors ? 'A field above is not valid yet.' : null) ??
    (draft.strategy.kind === 'shadow' && draft.serve.shadow.versionId !== ''
      ? 'A release has one shadow: take the standing one out under Advanced.'
      : null)
  const way = wayOf(strategy)
  return {
    order:
      way && serve.settings && problem === null
        ? { ...way, settings: serve.settings, lowConfidence: serve.lowConfidence, reason: reason.trim() }
        : null,
    problem,
    forecast,
    plan: live ? planOf(strategy, live.version, candidate.version) : null,
    strategyErrors: strategy.errors ?? {},
    serveErrors: serve.errors ?? {},
    reason,
  }
}

function wayOf({ strategy, share }: ReadStrategy): { strategy: Strategy } | { share: number } | null {
  if (strategy) return { strategy }
  return share === null ? null : { share }
}

function planOf({ strategy, share }: ReadStrategy, live: number, candidate: number): string | null {
  if (strategy) return planSentence(strategy, live, candidate)
  return share === null ? null : `v${live} stays champion, and v${candidate} becomes its challenger until somebody moves the share.`
}

function forecastOf({ kind, steps, share }: StrategyDraft): string {
  switch (kind) {
    case 'all-at-once':
      return 'all traffic'
    case 'canary':
      return `as a canary from ${steps[0]?.share ?? ''} %`
    case 'blue-green':
      return 'blue/green'
    case 'shadow':
      return 'as a shadow'
    case 'ab':
      return `A/B at ${share} %`
    case 'bandit':
      return 'as a bandit'
    case 'by-hand':
      return `${share} % of the traffic`
  }
}

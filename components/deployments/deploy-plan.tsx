'use client'

import type { ReactNode } from 'react'
import { policyInWords } from '#core/releases/judge'
import { JudgeFields } from './judge-fields'
import type { OrderDraft, ReadOrder } from './prepare-order.ts'
import { ServeFields, type VersionChoice } from './serve-fields'
import { readJudge } from './strategy-draft.ts'
import { StrategyFields } from './strategy-fields'
import { judgeSentence } from './strategy-words.ts'

/** How the version comes to its traffic, what the judge tolerates, then the difference, and, folded, how the release serves. */
export function DeployPlan({
  draft,
  order,
  refusals,
  versions,
  lastGood,
  candidate,
  isRegression,
  onChange,
  children,
}: {
  draft: OrderDraft
  order: ReadOrder
  refusals: Parameters<typeof StrategyFields>[0]['refusals']
  versions: readonly VersionChoice[]
  lastGood: VersionChoice | null
  /** Id of the version that is deployed. */
  candidate: string
  isRegression: boolean
  onChange(draft: OrderDraft): void
  children: ReactNode
}) {
  const judge = readJudge(draft.strategy.judge)
  return (
    <>
      <StrategyFields
        draft={draft.strategy}
        errors={order.strategyErrors}
        refusals={refusals}
        plan={order.plan}
        onChange={(next) => onChange({ ...draft, strategy: next })}
      />
      {draft.strategy.kind === 'all-at-once' || draft.strategy.kind === 'by-hand' ? null : (
        <JudgeFields
          judge={draft.strategy.judge}
          errors={order.strategyErrors}
          policy={judge ? { short: judgeSentence(judge), whole: policyInWords(judge) } : null}
          onChange={(next) => onChange({ ...draft, strategy: { ...draft.strategy, judge: next } })}
        />
      )}
      {children}
      <details className="fold" open={Object.keys(order.serveErrors).length > 0 || undefined}>
        <summary>
          <span className="med">Advanced</span> <span className="sm t3">fallback, timeout, review, batching, cache, shadow</span>
        </summary>
        <div className="pt-2">
          <ServeFields
            draft={draft.serve}
            errors={order.serveErrors}
            versions={versions}
            lastGood={lastGood}
            serving={[candidate]}
            isRegression={isRegression}
            onChange={(serve) => onChange({ ...draft, serve })}
          />
        </div>
      </details>
    </>
  )
}

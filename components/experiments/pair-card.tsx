'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Interval } from '#components/charts/interval'
import { ComparisonView } from '#components/charts/reports/comparison'
import { Card } from '#components/ui/card'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Select } from '#components/ui/field'
import { ScrollX } from '#components/ui/scroll-x'
import type { ComparedExperiment, PairVerdict } from '#core/experiments/views'
import { isFinal } from '#core/runs/status'
import { formatNumber } from '#core/words/format'
import { ClassDifferences } from './class-differences'
import type { Look } from './compared-table'

type Props = { experiments: readonly ComparedExperiment[]; looks: readonly Look[] }

/** Whether one of two experiments is better by more than chance, and on which classes; with more than two, people choose. */
export function PairCard({ experiments, looks }: Props) {
  const [chosen, setChosen] = useState<{ first?: string; second?: string }>({})
  const find = (id: string | undefined) => experiments.find((one) => one.id === id)
  const first = find(chosen.first) ?? experiments[0]
  const second = find(chosen.second) ?? experiments.find(({ id }) => id !== first?.id)
  if (!first || !second) return null
  const nameOf = ({ id }: ComparedExperiment) => looks[experiments.findIndex((one) => one.id === id)]?.name ?? ''
  const options = experiments.map((one) => ({ value: one.id, label: nameOf(one) }))
  return (
    <>
      <section aria-label="Is one better?">
        <div className="row mb-2 flex-wrap">
          <h2 className="semi">Is one better?</h2>
          <span className="sm t3">than chance would explain</span>
          {experiments.length > 2 ? (
            <span className="push row flex-wrap">
              <Select
                inline
                className="max-w-44"
                aria-label="First experiment"
                value={first.id}
                options={options}
                onChange={(event) => setChosen({ first: event.currentTarget.value, second: second.id })}
              />
              <span className="t3">and</span>
              <Select
                inline
                className="max-w-44"
                aria-label="Second experiment"
                value={second.id}
                options={options}
                onChange={(event) => setChosen({ first: first.id, second: event.currentTarget.value })}
              />
            </span>
          ) : null}
        </div>
        {first.id === second.id ? (
          <Card>This is one and the same experiment. Choose another one beside it.</Card>
        ) : isFinal(first.status) && isFinal(second.status) ? (
          <Verdict first={first.id} second={second.id} isOpen={!isFinal(first.run.status) || !isFinal(second.run.status)} />
        ) : (
          <Card>They can be compared once both have been trained.</Card>
        )}
      </section>
      {first.id === second.id ? null : <ClassDifferences first={first} second={second} names={[nameOf(first), nameOf(second)]} />}
    </>
  )
}

/** `isOpen`: a stage that judges one of them may still come to an end. */
function Verdict({ first, second, isOpen }: { first: string; second: string; isOpen: boolean }) {
  const trpc = useTRPC()
  const pair = useQuery(
    trpc.experiments.pair.queryOptions({ first, second }, { staleTime: 30_000, refetchInterval: isOpen ? 5_000 : false }),
  )
  if (pair.data) return <VerdictView verdict={pair.data} />
  if (pair.error) return <Failure title="They were not compared" error={pair.error} onRetry={() => void pair.refetch()} />
  return <SkeletonRows rows={4} />
}

/** The difference with its interval and how likely it is by chance, or why nobody can say. */
export function VerdictView({ verdict }: { verdict: PairVerdict }) {
  switch (verdict.by) {
    case 'rows': {
      const { report, rowsThere } = verdict
      return (
        <>
          <ScrollX label="Row by row">
            <ComparisonView report={report} />
          </ScrollX>
          {report.rows < rowsThere ? (
            <p className="sm t3 mt-1">
              {formatNumber(report.rows)} of {formatNumber(rowsThere)} rows were compared: those that both answered, evenly spaced where
              there are more than 100,000.
            </p>
          ) : null}
        </>
      )
    }
    case 'folds': {
      const reach = Math.max(Math.abs(verdict.interval.low), Math.abs(verdict.interval.high), Math.abs(verdict.difference))
      return (
        <Card bodyClassName="col gap-2">
          <p className="semi">{verdict.sentence}</p>
          <Interval value={verdict.difference} bounds={verdict.interval} from={-reach} to={reach} mark={0} width={240} />
          <p className="sm t3">
            Both were cross-validated on the same {verdict.folds} folds; corrected resampled t-test of {verdict.metric}. Dashed: no
            difference. Evaluate both on the same rows to compare them row by row.
          </p>
        </Card>
      )
    }
    case 'nothing':
      return <Card>{verdict.reason}</Card>
  }
}

'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { ReportView } from '#components/charts/report-view'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import type { ReportValue } from '#core/ports/kinds'
import type { StageRunView } from '#core/runs/views'
import { reportKindWords, reportsOf } from './run-words.ts'

const evaluations: readonly string[] = ['classification', 'regression', 'recommendation']

/** Reports of a run, one at a time, the evaluation first. */
export function RunReports({ stages, titleOf }: { stages: readonly StageRunView[]; titleOf(stage: string): string }) {
  const all = stages.flatMap((stage) =>
    reportsOf(stage).map(({ port, value }) => {
      const title = titleOf(stage.stage)
      return { key: `${stage.id}.${port}`, title, kind: reportKindWords(value.report, title), value }
    }),
  )
  // What feature stages make says nothing of how the run went: it comes last.
  const judging = all.filter(({ value }) => value.report !== 'features')
  const reports = [...judging, ...all.filter(({ value }) => value.report === 'features')]
  const first = judging.find(({ value }) => evaluations.includes(value.report)) ?? judging.at(-1) ?? reports[0]
  const [chosen, setChosen] = useState<string | null>(null)
  const shown = reports.find((one) => one.key === chosen) ?? first
  if (!shown) return null
  return (
    <section className="mt-4" aria-label="Reports">
      <div className="row mb-3 flex-wrap">
        <h2 className="semi">Reports</h2>
        {reports.map((one) => (
          <button
            key={one.key}
            type="button"
            className={one.key === shown.key ? 'btn sm max-w-full' : 'btn sm quiet max-w-full'}
            aria-pressed={one.key === shown.key}
            onClick={() => setChosen(one.key)}
          >
            <span className="trunc">{one.title}</span>
            {one.kind === '' ? null : <span className="t3">{one.kind}</span>}
          </button>
        ))}
      </div>
      <StoredReport key={shown.key} value={shown.value} />
    </section>
  )
}

function StoredReport({ value }: { value: ReportValue }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.ports.report.queryOptions({ artifact: value.artifact }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (error) return <Failure title="The report did not load" error={error} onRetry={() => void refetch()} />
  return data ? <ReportView report={data} /> : <SkeletonRows rows={8} />
}

'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter, useSearchParams } from 'next/navigation'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { experimentLabels } from '#core/experiments/labels'
import type { ComparedExperiment } from '#core/experiments/views'
import { isFinal } from '#core/runs/status'
import { plural } from '#core/words/format'
import { CompareCharts } from './compare-charts'
import { ComparedTable } from './compared-table'
import { experimentColour } from './experiment-words.ts'
import { PairCard } from './pair-card'

/** Some experiments side by side: settings and metrics, pictures of them, and whether one of two is really better. */
export function CompareExperimentsPage() {
  const trpc = useTRPC()
  const router = useRouter()
  const ids = [...new Set(useSearchParams().getAll('id'))]
  const { data, error, refetch } = useQuery(
    trpc.experiments.compare.queryOptions(
      { ids },
      {
        enabled: ids.length > 0,
        placeholderData: (before) => before,
        refetchInterval: (query) => (query.state.data?.every(({ run }) => isFinal(run.status)) ? false : 3_000),
      },
    ),
  )
  const workflow = data && new Set(data.map((one) => one.workflow.id)).size === 1 ? data[0]?.workflow.name : undefined
  return (
    <Page
      crumbs={[{ label: 'Experiments', href: '/experiments' }, { label: 'Compare' }]}
      actions={
        <Link className="btn primary" href="/experiments">
          Choose others
        </Link>
      }
    >
      <PageHead
        title={data ? `${plural(data.length, 'experiment')}${workflow ? ` of ${workflow}` : ''}` : 'Compare experiments'}
        note={data ? 'settings and metrics side by side' : undefined}
      />
      {ids.length === 0 ? (
        <Empty
          title="No experiments chosen"
          action={
            <Link className="btn primary" href="/experiments">
              Choose experiments
            </Link>
          }
        >
          Tick two or more in the table of experiments.
        </Empty>
      ) : data ? (
        <Compared
          experiments={data}
          onRemove={(id) => {
            const left = ids.filter((one) => one !== id)
            router.replace(`/experiments/compare?${new URLSearchParams(left.map((one) => ['id', one]))}`, { scroll: false })
          }}
        />
      ) : error ? (
        <Failure title="The experiments did not load" error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows rows={12} />
      )}
    </Page>
  )
}

function Compared({ experiments, onRemove }: { experiments: readonly ComparedExperiment[]; onRemove(id: string): void }) {
  const looks = experimentLabels(experiments).map((name, i) => ({ name, colour: experimentColour(i) }))
  return (
    <div className="col gap-3">
      <ComparedTable experiments={experiments} looks={looks} onRemove={onRemove} />
      <PairCard experiments={experiments} looks={looks} />
      <CompareCharts experiments={experiments} looks={looks} />
    </div>
  )
}

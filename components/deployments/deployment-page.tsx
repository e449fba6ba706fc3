'use client'

import { useQuery } from '@tanstack/react-query'
import { Activity, ListChecks, Rocket, Send } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Skeleton } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { Ago } from '#components/ui/time'
import type { DeploymentView } from '#server/releases/views'
import { BatchDialog } from './batch-dialog'
import { DeploySheet } from './deploy-sheet'
import { DeploymentBody } from './deployment-body'
import { underWay } from './prepare-rollout.ts'
import { RollbackButton } from './rollback-button'
import { strategyTitle } from './strategy-words.ts'
import { TrafficDialog } from './traffic-dialog'
import { useRelease } from './use-release.ts'

const refreshMs = { calm: 2_000, underWay: 1_000 }

/** One deployment: what is live, how its arms do, what the judge says, how it came to this, and how to call it. */
export function DeploymentPage({ name }: { name: string }) {
  const trpc = useTRPC()
  const deployment = useQuery(
    trpc.deployments.get.queryOptions(
      { name },
      { refetchInterval: ({ state }) => (state.data && underWay(state.data) ? refreshMs.underWay : refreshMs.calm) },
    ),
  )
  const [open, setOpen] = useState<'deploy' | 'traffic' | 'batch' | null>(null)
  const { isBusy, rollback } = useRelease(name)
  const { data } = deployment
  return (
    <Page
      crumbs={[{ label: 'Deployments', href: '/deployments' }, { label: name }]}
      actions={
        data ? (
          <>
            <Link className="btn hide-s" href={`/monitor/${name}`}>
              <Activity className="i s" aria-hidden /> Open in Monitor
            </Link>
            <Button kind="primary" icon={<Rocket className="i s" aria-hidden />} onClick={() => setOpen('deploy')}>
              Deploy a version
            </Button>
          </>
        ) : null
      }
    >
      <PageHead title={name} badges={data ? <Badges deployment={data} /> : null} note={data ? <Since deployment={data} /> : null}>
        {data ? (
          <>
            <Button icon={<Send className="i s" aria-hidden />} onClick={() => setOpen('traffic')}>
              Send test traffic
            </Button>
            <Button icon={<ListChecks className="i s" aria-hidden />} onClick={() => setOpen('batch')}>
              Batch
            </Button>
            <RollbackButton
              target={data.rollback}
              busy={isBusy}
              onRollback={(reason) => rollback({ deployment: name, expected: data.release.number, reason })}
            />
          </>
        ) : null}
      </PageHead>
      {deployment.isError && !data ? (
        <Failure title="The deployment did not load" error={deployment.error} onRetry={() => deployment.refetch()}>
          <Link className="btn" href="/deployments">
            All deployments
          </Link>
        </Failure>
      ) : null}
      {deployment.isPending ? <Loading /> : null}
      {data ? <DeploymentBody deployment={data} /> : null}
      {data ? <DeploySheet open={open === 'deploy'} onOpenChange={() => setOpen(null)} model={data.model} deployment={name} /> : null}
      {data && open === 'traffic' ? <TrafficDialog deployment={data} onClose={() => setOpen(null)} /> : null}
      {data && open === 'batch' ? <BatchDialog deployment={data} onClose={() => setOpen(null)} /> : null}
    </Page>
  )
}

function Badges({ deployment }: { deployment: DeploymentView }) {
  const { gateways, release } = deployment
  return (
    <>
      {gateways.inForce > 0 ? <span className="live">Live</span> : null}
      <span className="badge">release {release.number}</span>
    </>
  )
}

function Since({ deployment }: { deployment: DeploymentView }) {
  const { release, model, arms } = deployment
  const rollout = underWay(deployment)
  const what = rollout ? strategyTitle(rollout.strategy.kind).replace(' by steps', '') : arms.length > 1 ? 'split by hand' : 'live'
  return (
    <>
      {what.startsWith('A/B') ? what : what.toLowerCase()} since <Ago at={rollout?.since ?? release.at} /> by{' '}
      {(rollout ? rollout.by : release.by) ?? 'Stageline'}, model{' '}
      <Link className="underline" href={`/models/${model}`}>
        {model}
      </Link>
    </>
  )
}

function Loading() {
  return (
    <div role="status" aria-label="Loading">
      <div className="grid" style={{ gridTemplateColumns: 'minmax(0, 1.25fr) minmax(0, 1fr)' }}>
        <Skeleton height={290} />
        <Skeleton height={290} />
      </div>
      <Skeleton className="mt-3" height={160} />
    </div>
  )
}

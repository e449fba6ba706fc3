'use client'

import { useQuery } from '@tanstack/react-query'
import { Activity, Rocket, Send } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Skeleton } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { StatusIcon } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import type { DeploymentView } from '#server/releases/views'
import { ArmCharts } from './arm-charts'
import { DeploySheet } from './deploy-sheet'
import { HistoryCard } from './history-card'
import { forceWords } from './release-words.ts'
import { RollbackButton } from './rollback-button'
import { TrafficCard } from './traffic-card'
import { TrafficDialog } from './traffic-dialog'
import { UseItCard } from './use-it-card'

const refreshMs = 2_000

/** One deployment: what is live, how its arms do, how it came to this, and how to call it. */
export function DeploymentPage({ name }: { name: string }) {
  const trpc = useTRPC()
  const deployment = useQuery(trpc.deployments.get.queryOptions({ name }, { refetchInterval: refreshMs }))
  const [open, setOpen] = useState<'deploy' | 'traffic' | null>(null)
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
            <RollbackButton deployment={data} />
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
      {data ? <Body deployment={data} /> : null}
      {data ? <DeploySheet open={open === 'deploy'} onOpenChange={() => setOpen(null)} model={data.model} deployment={name} /> : null}
      {data && open === 'traffic' ? <TrafficDialog deployment={data} onClose={() => setOpen(null)} /> : null}
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

function Since({ deployment: { release, model, arms } }: { deployment: DeploymentView }) {
  return (
    <>
      {arms.length > 1 ? 'canary' : 'live'} since <Ago at={release.at} /> by {release.by ?? 'Stageline'}, model{' '}
      <Link className="underline" href={`/models/${model}`}>
        {model}
      </Link>
    </>
  )
}

function Body({ deployment }: { deployment: DeploymentView }) {
  const trouble = forceWords(deployment)
  return (
    <>
      {trouble ? (
        <div className="banner mb-3" data-st={trouble.status} role="status">
          <StatusIcon status={trouble.status} />
          <span>{trouble.sentence}</span>
        </div>
      ) : null}
      <div className="grid" style={{ gridTemplateColumns: 'minmax(0, 1.25fr) minmax(0, 1fr)' }}>
        <TrafficCard deployment={deployment} />
        <HistoryCard deployment={deployment} />
      </div>
      <ArmCharts deployment={deployment} />
      <div className="mt-3">
        <UseItCard deployment={deployment} />
      </div>
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

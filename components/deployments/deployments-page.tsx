'use client'

import { useQuery } from '@tanstack/react-query'
import { Rocket } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Page, PageHead } from '#components/shell/page'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { Dialog } from '#components/ui/dialog'
import { Empty, SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Field, Select } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { plural } from '#core/words/format'
import { DeploySheet } from './deploy-sheet'
import { DeploymentRow } from './deployment-row'

const refreshMs = 5_000

/** All endpoints: what each serves, how much traffic it has, what changed last. */
export function DeploymentsPage() {
  const trpc = useTRPC()
  const list = useQuery(trpc.deployments.list.queryOptions(undefined, { refetchInterval: refreshMs }))
  const [isChoosing, setIsChoosing] = useState(false)
  const { deployments = [], versions = 0 } = list.data ?? {}
  const deploy = (
    <Button
      kind="primary"
      icon={<Rocket className="i s" aria-hidden />}
      refusal={versions === 0 ? 'No model is registered yet. Run a workflow with a Register stage first.' : null}
      onClick={() => setIsChoosing(true)}
    >
      Deploy a model
    </Button>
  )
  return (
    <Page crumbs={[{ label: 'Deployments' }]} actions={list.data ? deploy : null}>
      <PageHead title="Deployments" note={list.data ? `${plural(deployments.length, 'endpoint')} behind one gateway address` : undefined} />
      {list.isPending ? <SkeletonRows rows={4} height={40} /> : null}
      {list.isError && !list.data ? (
        <Failure title="The deployments did not load" error={list.error} onRetry={() => list.refetch()} />
      ) : null}
      {list.data && deployments.length === 0 ? <None versions={versions} action={deploy} /> : null}
      {deployments.length > 0 ? (
        <Card scrolls="Deployments">
          <table className="deployment-list">
            <thead>
              <tr>
                <th>deployment, model</th>
                <th>live share</th>
                <th>rollout</th>
                <th className="num">requests, last 30 min</th>
                <th>health</th>
                <th>last release</th>
              </tr>
            </thead>
            <tbody>
              {deployments.map((deployment) => (
                <DeploymentRow key={deployment.id} deployment={deployment} />
              ))}
            </tbody>
          </table>
        </Card>
      ) : null}
      {isChoosing ? <ChooseModel onClose={() => setIsChoosing(false)} /> : null}
    </Page>
  )
}

function None({ versions, action }: { versions: number; action: ReactNode }) {
  return versions === 0 ? (
    <Empty
      title="No deployment yet, and no model to deploy"
      action={
        <Link className="btn primary" href="/workflows">
          Open workflows
        </Link>
      }
    >
      Run a workflow with a Register stage; the e-mail triage template does it in under a minute.
    </Empty>
  ) : (
    <Empty title="No deployment yet" action={action}>
      {plural(versions, 'model version')} registered. A deployment serves one behind an HTTP address, with a canary and one-click rollback.
    </Empty>
  )
}

function ChooseModel({ onClose }: { onClose(): void }) {
  const trpc = useTRPC()
  const router = useRouter()
  const models = useQuery(trpc.models.list.queryOptions({}))
  const [chosen, setChosen] = useState<string | null>(null)
  const [isNext, setIsNext] = useState(false)
  const model = chosen ?? models.data?.[0]?.name
  if (isNext && model) {
    return <DeploySheet open onOpenChange={onClose} model={model} onDeployed={(deployment) => router.push(`/deployments/${deployment}`)} />
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width={420}
      title="Deploy a model"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={!model} onClick={() => setIsNext(true)}>
            Go on
          </Button>
        </>
      }
    >
      {models.isError ? <Failure title="The models did not load" error={models.error} onRetry={() => models.refetch()} /> : null}
      <Field label="Model">
        {({ id }) => (
          <Select
            id={id}
            value={model ?? ''}
            options={(models.data ?? []).map(({ name, latest }) => ({ value: name, label: `${name}, newest v${latest.number}` }))}
            onChange={(event) => setChosen(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  )
}

'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { Rocket } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Field, Select } from '#components/ui/field'
import { tell } from '#components/ui/toasts'
import { deploymentNameSchema, toDeploymentName } from '#core/releases/deployment-name'
import { Approvers, DeploymentField, ReasonField, RefusedChange } from './deploy-parts'
import { DeployPlan } from './deploy-plan'
import { type Order, type OrderDraft, readOrder, refusalsOf, startOrder } from './prepare-order.ts'
import { ReleaseChecks, ReleaseDifference } from './release-difference'
import { useRelease } from './use-release.ts'

export type DeploySheetProps = {
  open: boolean
  onOpenChange(open: boolean): void
  /** The model whose versions may be deployed. */
  model: string
  /** The version to begin with; the newest when absent. */
  versionId?: string
  /** The deployment to begin with; when absent, the model's own one, or a new one with its name. */
  deployment?: string
  onDeployed?(deployment: string): void
}

/** Deploys a version: what is live against the candidate, failed checks, who may press the button, strategy and reason, on one sheet. */
export function DeploySheet(props: DeploySheetProps) {
  // Mounted anew each time that it opens, so that it never shows the choices of the last time.
  return props.open ? <OpenSheet {...props} /> : null
}

function OpenSheet({ onOpenChange, model, versionId, deployment, onDeployed }: DeploySheetProps) {
  const trpc = useTRPC()
  const refusal = useRefusal('lead')
  const versions = useQuery(trpc.models.get.queryOptions({ name: model }))
  const all = useQuery(trpc.deployments.list.queryOptions())
  const own = all.data?.deployments.filter((each) => each.model === model) ?? []
  const [choice, setChoice] = useState({ versionId, deployment })
  const [draft, setDraft] = useState<OrderDraft | null>(null)
  const name = choice.deployment ?? own[0]?.name ?? toDeploymentName(model)
  const candidate = choice.versionId ?? versions.data?.versions[0]?.id
  const nameProblem = deploymentNameSchema.safeParse(name).error?.issues[0]?.message ?? null
  const diff = useQuery(
    trpc.releases.diff.queryOptions(
      { deployment: name, versionId: candidate ?? '' },
      { enabled: candidate !== undefined && nameProblem === null && all.isSuccess, staleTime: 0 },
    ),
  )
  const deploy = useDeploy(name, () => {
    onOpenChange(false)
    onDeployed?.(name)
  })
  // Until something is typed, the draft follows what is live: another version or deployment has other defaults.
  const shown = diff.data ? (draft ?? startOrder(diff.data)) : null
  const order = diff.data && shown ? readOrder(shown, diff.data) : null
  const blocked = refusal ?? nameProblem ?? order?.problem ?? (diff.data ? null : 'The difference to what is live is still loading.')
  const submit = () => {
    if (candidate && diff.data && order?.order) deploy.send({ versionId: candidate, expected: diff.data.release, order: order.order })
  }
  return (
    <Dialog
      sheet
      open
      onOpenChange={onOpenChange}
      title={`Deploy ${model}`}
      description={
        diff.data?.live ? `Live on ${name}: v${diff.data.live.version}, release ${diff.data.release}` : `${name} is made with this release`
      }
      footer={
        <>
          {deploy.error ? <RefusedChange error={deploy.error} onReload={() => void diff.refetch()} /> : null}
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            kind="primary"
            icon={<Rocket className="i s" aria-hidden />}
            forecast={order?.forecast}
            refusal={blocked}
            busy={deploy.isBusy || diff.isPending}
            onClick={submit}
          >
            {diff.data?.fourEyes ? 'Ask for approval of' : 'Deploy'}
            {diff.data ? ` v${diff.data.candidate.version}` : ''}
          </Button>
        </>
      }
    >
      <div className="col gap-4!">
        <div className="pair">
          <Field label="Version">
            {({ id }) => (
              <Select
                id={id}
                value={candidate ?? ''}
                options={(versions.data?.versions ?? []).map((version) => ({
                  value: version.id,
                  label: `v${version.number}${version.aliases.length > 0 ? `, ${version.aliases.join(', ')}` : ''}`,
                }))}
                onChange={(event) => {
                  setDraft(null)
                  setChoice({ ...choice, versionId: event.target.value })
                }}
              />
            )}
          </Field>
          <DeploymentField
            name={name}
            problem={nameProblem}
            known={own.map((each) => each.name)}
            onChange={(typed) => {
              setDraft(null)
              setChoice({ ...choice, deployment: typed })
            }}
          />
        </div>
        {diff.isError ? <Failure title="The difference did not load" error={diff.error} onRetry={() => diff.refetch()} /> : null}
        {diff.isPending && !nameProblem ? <SkeletonRows rows={6} /> : null}
        {diff.data && shown && order ? (
          <>
            {diff.data.underWay ? <p className="sm warn">{diff.data.underWay}</p> : null}
            <ReleaseChecks diff={diff.data} />
            <DeployPlan
              draft={shown}
              order={order}
              refusals={refusalsOf(diff.data)}
              versions={diff.data.versions}
              lastGood={diff.data.lastGood}
              candidate={diff.data.candidate.versionId}
              isRegression={diff.data.isRegression}
              onChange={setDraft}
            >
              <ReleaseDifference diff={diff.data} />
            </DeployPlan>
            <ReasonField value={order.reason} onChange={(reason) => setDraft({ ...shown, reason })} />
            <Approvers
              approvers={diff.data.approvers}
              seconds={diff.data.fourEyes ? diff.data.secondApprovers : null}
              isRefused={refusal !== null}
            />
          </>
        ) : null}
      </div>
    </Dialog>
  )
}

/** Sends the order once, and tells what came of it. */
function useDeploy(deployment: string, onDone: () => void) {
  const trpc = useTRPC()
  const { refresh, isBusy } = useRelease(deployment)
  const deploy = useMutation(
    trpc.releases.deploy.mutationOptions({
      onSuccess: ({ release, changed, request }) => {
        if (request) tell({ title: 'Asked for approval', detail: request.sentence, status: 'waiting' })
        else if (changed) tell({ title: `Release ${release} of ${deployment}`, detail: 'It is in force within 5 s.' })
        else tell({ title: 'Nothing changed', detail: `Release ${release} already is that.` })
        onDone()
      },
      onSettled: refresh,
    }),
  )
  return {
    isBusy: isBusy || deploy.isPending,
    error: deploy.error,
    send({ order, ...which }: { versionId: string; expected: number; order: Order }) {
      if (!isBusy && !deploy.isPending) deploy.mutate({ deployment, ...which, ...order })
    },
  }
}

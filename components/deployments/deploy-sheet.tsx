'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { Rocket } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { SkeletonRows } from '#components/ui/empty'
import { errorSentence, Failure } from '#components/ui/failure'
import { Field, Select, TextArea, TextInput } from '#components/ui/field'
import { tell } from '#components/ui/toasts'
import { deploymentNameSchema, toDeploymentName } from '#core/releases/deployment-name'
import type { ReleaseDiff } from '#server/releases/views'
import { ReleaseDifference } from './release-difference'
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

/** Deploys a version: what is live against the candidate, failed checks, who may press the button, share and reason, on one sheet. */
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
  const [choice, setChoice] = useState({ versionId, deployment, share: 100, reason: '' })
  const name = choice.deployment ?? own[0]?.name ?? toDeploymentName(model)
  const candidate = choice.versionId ?? versions.data?.versions[0]?.id
  const nameProblem = deploymentNameSchema.safeParse(name).error?.issues[0]?.message ?? null
  const diff = useQuery(
    trpc.releases.diff.queryOptions(
      { deployment: name, versionId: candidate ?? '' },
      { enabled: candidate !== undefined && nameProblem === null && all.isSuccess, staleTime: 0 },
    ),
  )
  const { refresh } = useRelease(name)
  const deploy = useMutation(
    trpc.releases.deploy.mutationOptions({
      onSuccess: ({ release, changed }) => {
        tell(
          changed
            ? { title: `Release ${release} of ${name}`, detail: 'It is in force within 5 s.' }
            : { title: 'Nothing changed', detail: `Release ${release} already is that.` },
        )
        onOpenChange(false)
        onDeployed?.(name)
      },
      onError: () => void diff.refetch(),
      onSettled: refresh,
    }),
  )
  const share = diff.data?.live && diff.data.canSplit ? choice.share : 100
  const blocked = refusal ?? nameProblem ?? blockedBy(diff.data, share)
  const submit = () => {
    if (candidate && diff.data)
      deploy.mutate({ deployment: name, versionId: candidate, share, expected: diff.data.release, reason: choice.reason })
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
          {deploy.isError ? <span className="sm bad grow">{errorSentence(deploy.error)}</span> : null}
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            kind="primary"
            icon={<Rocket className="i s" aria-hidden />}
            forecast={share < 100 ? `${share} % of the traffic` : 'all traffic'}
            refusal={blocked}
            busy={deploy.isPending || diff.isPending}
            onClick={submit}
          >
            Deploy{diff.data ? ` v${diff.data.candidate.version}` : ''}
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
                onChange={(event) => setChoice({ ...choice, versionId: event.target.value })}
              />
            )}
          </Field>
          <Field label="Deployment" error={nameProblem} help="Part of the address; a new name makes a new one.">
            {({ id, describedBy, invalid }) => (
              <>
                <TextInput
                  id={id}
                  mono
                  list={`${id}-known`}
                  value={name}
                  autoComplete="off"
                  aria-describedby={describedBy}
                  invalid={invalid}
                  onChange={(event) => setChoice({ ...choice, deployment: event.target.value })}
                />
                <datalist id={`${id}-known`}>
                  {own.map((each) => (
                    <option key={each.id} value={each.name} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
        </div>
        {diff.isError ? <Failure title="The difference did not load" error={diff.error} onRetry={() => diff.refetch()} /> : null}
        {diff.isPending && !nameProblem ? <SkeletonRows rows={6} /> : null}
        {diff.data ? (
          <>
            <ReleaseDifference diff={diff.data} />
            <ShareField diff={diff.data} share={share} onChange={(next) => setChoice({ ...choice, share: next })} />
          </>
        ) : null}
        <Field label="Reason" help="Stands in the release history and the audit log.">
          {({ id, describedBy }) => (
            <TextArea
              id={id}
              rows={2}
              maxLength={500}
              value={choice.reason}
              aria-describedby={describedBy}
              onChange={(event) => setChoice({ ...choice, reason: event.target.value })}
            />
          )}
        </Field>
        {refusal && diff.data ? (
          <p className="sm t2">
            May deploy: {diff.data.approvers.join(', ') || 'nobody yet; an admin gives the role under Settings, Users'}.
          </p>
        ) : null}
      </div>
    </Dialog>
  )
}

const shareOptions = [100, 50, 25, 10, 5, 1]

function ShareField({ diff, share, onChange }: { diff: ReleaseDiff; share: number; onChange(share: number): void }) {
  if (!diff.live || diff.live.versionId === diff.candidate.versionId) return null
  if (!diff.canSplit)
    return <p className="sm t2">The two versions read other fields, so the traffic cannot be split between them: it moves all at once.</p>
  return (
    <Field
      label="Share of the traffic"
      help={`Below 100 % v${diff.live.version} stays champion, and v${diff.candidate.version} becomes its challenger.`}
    >
      {({ id, describedBy }) => (
        <Select
          id={id}
          aria-describedby={describedBy}
          value={String(share)}
          options={shareOptions.map((value) => ({
            value: String(value),
            label: value === 100 ? '100 %, all at once' : `${value} %, as challenger`,
          }))}
          onChange={(event) => onChange(Number(event.target.value))}
        />
      )}
    </Field>
  )
}

/** Why this candidate cannot go there now, apart from the role. */
function blockedBy(diff: ReleaseDiff | undefined, share: number): string | null {
  if (!diff) return 'The difference to what is live is still loading.'
  if (diff.problem) return diff.problem
  if (diff.live?.versionId === diff.candidate.versionId && share < 100) return `v${diff.candidate.version} already is the champion.`
  return null
}

'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { errorSentence } from '#components/ui/failure'
import { tell } from '#components/ui/toasts'
import type { DeploymentView } from '#server/releases/views'
import { underWay } from './prepare-rollout.ts'
import { SettingsCard } from './settings-card'
import { type SettingsChange, SettingsSheet } from './settings-sheet'
import { settingsFacts } from './settings-words.ts'
import type { useRelease } from './use-release.ts'

/** The settings of a deployment, and the sheet that changes them. */
export function DeploymentSettings({ deployment, acts }: { deployment: DeploymentView; acts: ReturnType<typeof useRelease> }) {
  const trpc = useTRPC()
  const refusal = useRefusal('lead')
  const [isOpen, setOpen] = useState(false)
  const configure = useMutation(trpc.deployments.configure.mutationOptions({ onSettled: acts.refresh }))
  const { name, settings, deploymentSettings, release, versions, lastGood, task } = deployment
  const isRegression = task === 'regression'
  const nameOf = (versionId: string) => `v${versions.find(({ id }) => id === versionId)?.number ?? '?'}`
  const save = ({ serve, keep, reason }: SettingsChange) => {
    const close = () => setOpen(false)
    const serveIt = () => {
      if (serve) acts.changeSettings({ deployment: name, expected: release.number, reason, ...serve }, close)
      else close()
    }
    if (!keep) return serveIt()
    configure.mutate(
      { name, settings: keep, reason },
      {
        onSuccess: () => {
          tell({ title: 'The settings are changed', detail: 'They hold at once.' })
          serveIt()
        },
      },
    )
  }
  return (
    <>
      <SettingsCard
        facts={settingsFacts({ settings, lowConfidence: release.lowConfidence, deployment: deploymentSettings, isRegression, nameOf })}
        onEdit={() => setOpen(true)}
      />
      {isOpen ? (
        <SettingsSheet
          deployment={name}
          serve={{ settings, lowConfidence: release.lowConfidence }}
          keep={deploymentSettings}
          versions={versions}
          lastGood={lastGood}
          serving={deployment.arms.map(({ versionId }) => versionId)}
          isRegression={isRegression}
          classes={deployment.classes}
          refusal={refusal}
          waits={underWay(deployment) ? 'A rollout is under way. How the release serves can change when it has ended.' : null}
          problem={configure.isError ? errorSentence(configure.error) : null}
          busy={acts.isBusy || configure.isPending}
          onSave={save}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  )
}

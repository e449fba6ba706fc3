'use client'

import { Undo2 } from 'lucide-react'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import type { DeploymentView } from '#server/releases/views'
import { armWords } from './release-words.ts'
import { useRelease } from './use-release.ts'

/** One click back to what served before. A second click before the answer does nothing. */
export function RollbackButton({ deployment }: { deployment: DeploymentView }) {
  const refusal = useRefusal('lead')
  const { rollback } = useRelease(deployment.name)
  const { rollback: target, name, release } = deployment
  const nowhere = target ? null : 'There is no earlier release to go back to.'
  const button = (
    <Button
      kind="danger-line"
      icon={<Undo2 className="i s" aria-hidden />}
      forecast={target ? 'in force in 5 s' : undefined}
      refusal={refusal ?? nowhere}
      busy={rollback.isPending}
      onClick={() => rollback.mutate({ deployment: name, expected: release.number, reason: 'Rolled back from the deployment page' })}
    >
      {target ? `Roll back to ${armWords(target.arms)}` : 'Roll back'}
    </Button>
  )
  if (!nowhere) return button
  return (
    <span className="row flex-wrap">
      <span className="sm t3">{nowhere}</span>
      {button}
    </span>
  )
}

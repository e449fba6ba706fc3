'use client'

import { Undo2 } from 'lucide-react'
import { useRefusal } from '#components/api/use-actor'
import type { DeploymentView } from '#server/releases/views'
import { ReasonedButton } from './reasoned-button'
import { armWords } from './release-words.ts'

/** One click back to what served before. */
export function RollbackButton({
  target,
  busy,
  onRollback,
}: {
  target: DeploymentView['rollback']
  busy: boolean
  onRollback(reason: string): void
}) {
  const refusal = useRefusal('lead')
  const nowhere = target ? null : 'There is no earlier release to go back to.'
  const button = (
    <ReasonedButton
      kind="danger-line"
      icon={<Undo2 className="i s" aria-hidden />}
      forecast={target ? 'in force in 5 s' : undefined}
      refusal={refusal ?? nowhere}
      busy={busy}
      reason="Rolled back from the deployment page"
      about="rolling back"
      onAct={onRollback}
    >
      {target ? `Roll back to ${armWords(target.arms)}` : 'Roll back'}
    </ReasonedButton>
  )
  if (!nowhere) return button
  return (
    <span className="row flex-wrap">
      <span className="sm t3">{nowhere}</span>
      {button}
    </span>
  )
}

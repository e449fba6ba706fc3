'use client'

import { Check, X } from 'lucide-react'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { StatusIcon } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import type { RequestView } from '#server/releases/views'
import { reasonSentence } from './prepare-history.ts'
import { ReasonedButton } from './reasoned-button'

/** Releases that wait for a second pair of eyes: who asked for what and why, and the answer. */
export function RequestsCard({
  requests,
  busy,
  onApprove,
  onRefuse,
  onWithdraw,
}: {
  requests: readonly RequestView[]
  busy: boolean
  onApprove(id: string, note: string): void
  onRefuse(id: string, note: string): void
  onWithdraw(id: string): void
}) {
  const role = useRefusal('lead')
  if (requests.length === 0) return null
  return (
    <Card title="Waits for approval" note="four eyes: who asks may not approve" className="mb-3">
      <ul className="col gap-2!" aria-label="Requests">
        {requests.map(({ id, sentence, reason, by, at, mayApprove, mayWithdraw }) => {
          const own = mayApprove ? null : 'Who asks for a release may not approve it; another lead does.'
          return (
            <li key={id} className="row flex-wrap items-start!">
              <StatusIcon status="waiting" className="mt-[3px]" />
              <div className="grow min-w-[200px]!">
                <p className="med break-words">{sentence}</p>
                <p className="sm t2 break-words">
                  {reasonSentence(reason)}{' '}
                  <span className="t3">
                    Asked by {by ?? 'somebody who is gone'} <Ago at={at} />
                  </span>
                </p>
              </div>
              <span className="row flex-wrap">
                {mayWithdraw ? (
                  <Button busy={busy} onClick={() => onWithdraw(id)}>
                    Withdraw
                  </Button>
                ) : null}
                <ReasonedButton
                  icon={<X className="i s" aria-hidden />}
                  refusal={role ?? own}
                  busy={busy}
                  reason="Not now"
                  about="refusing"
                  onAct={(note) => onRefuse(id, note)}
                >
                  Refuse
                </ReasonedButton>
                <ReasonedButton
                  icon={<Check className="i s" aria-hidden />}
                  refusal={role ?? own}
                  busy={busy}
                  reason="Looked at and approved"
                  about="approving"
                  onAct={(note) => onApprove(id, note)}
                >
                  Approve
                </ReasonedButton>
              </span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

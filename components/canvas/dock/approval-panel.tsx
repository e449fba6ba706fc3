'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { TextInput } from '#components/ui/field'
import { Ago } from '#components/ui/time'
import { tell, tellError } from '#components/ui/toasts'
import type { ApprovalView } from '#core/runs/views'
import { useCanvasState } from '../canvas-context'
import { DockEmpty } from './dock-empty'

/** The question that a run waits on, and its answer by somebody with the role. */
export function ApprovalPanel({ stage }: { stage: string }) {
  const trpc = useTRPC()
  const runId = useCanvasState((state) => state.run?.run.id)
  const { data, error, refetch } = useQuery(
    trpc.approvals.list.queryOptions(
      { ...(runId !== undefined && { runId }), open: true },
      { enabled: runId !== undefined, refetchInterval: 3_000 },
    ),
  )
  if (error) return <Failure title="No question" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={3} height={28} />
  const approval = data.find((each) => each.stage === stage)
  return approval ? (
    <Question approval={approval} onAnswered={() => void refetch()} />
  ) : (
    <DockEmpty title="Answered">The run goes on.</DockEmpty>
  )
}

function Question({ approval, onAnswered }: { approval: ApprovalView; onAnswered(): void }) {
  const trpc = useTRPC()
  const refusal = useRefusal(approval.role)
  const [note, setNote] = useState('')
  const decide = useMutation(
    trpc.approvals.decide.mutationOptions({
      onSuccess: ({ decision }) => {
        tell({ title: decision === 'approve' ? 'Approved; the run goes on' : 'Refused; what needs it is skipped' })
        onAnswered()
      },
      onError: (error) => tellError('Not answered', error),
    }),
  )
  const answer = (decision: 'approve' | 'reject') => decide.mutate({ id: approval.id, decision, note })
  return (
    <div className="approval">
      <h3 className="semi">{approval.question}</h3>
      <p className="sm t2">
        Asked <Ago at={approval.createdAt} />. Needs {approval.role} or above. Without an answer by{' '}
        {approval.deadline.toLocaleString('en-GB')} it counts as {approval.fallback === 'approve' ? 'approved' : 'refused'}.
      </p>
      <TextInput
        aria-label="Why"
        placeholder="Why (optional)"
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <div className="row">
        <Button kind="primary" refusal={refusal} busy={decide.isPending} onClick={() => answer('approve')}>
          Approve
        </Button>
        <Button kind="danger-line" refusal={refusal} busy={decide.isPending} onClick={() => answer('reject')}>
          Refuse
        </Button>
      </div>
    </div>
  )
}

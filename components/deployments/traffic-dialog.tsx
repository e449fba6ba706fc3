'use client'

import { useMutation } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { RepeatableJob } from '#components/jobs/job-progress'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, Select, TextInput } from '#components/ui/field'
import { parseShift } from '#core/traffic/shift'
import { formatDuration, formatNumber } from '#core/words/format'
import type { DeploymentView } from '#server/releases/views'
import { TrafficOutcome } from './traffic-outcome'
import { useReplayTables } from './use-replay-tables.ts'

/** Replays rows as test traffic, shifted or not, and shows how far it is. */
export function TrafficDialog({ deployment, onClose }: { deployment: DeploymentView; onClose(): void }) {
  const [jobId, setJobId] = useState<string | null>(null)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width={520}
      title="Send test traffic"
      description="Rows go through the gateway, marked as test traffic, so that monitoring can be tried out."
    >
      {jobId ? (
        <RepeatableJob id={jobId} counts="Records sent" again="Send more" onAgain={() => setJobId(null)} onClose={onClose}>
          {(result) => <TrafficOutcome result={result} />}
        </RepeatableJob>
      ) : (
        <TrafficForm deployment={deployment} onClose={onClose} onSent={setJobId} />
      )}
    </Dialog>
  )
}

function TrafficForm({ deployment, onClose, onSent }: { deployment: DeploymentView; onClose(): void; onSent(id: string): void }) {
  const trpc = useTRPC()
  const refusal = useRefusal('analyst')
  const tables = useReplayTables(
    deployment.hasSample,
    deployment.inputs.map((input) => input.name),
  )
  const [form, setForm] = useState({ table: '', rate: '20', count: '600', shift: '' })
  const send = useMutation(trpc.deployments.sendTraffic.mutationOptions({ onSuccess: ({ id }) => onSent(id) }))
  const shifts = form.shift
    .split(/\n|;/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const shiftProblem = problemOf(shifts, deployment.inputs)
  const [rate, count] = [Number(form.rate), Number(form.count)]
  const isValid = rate >= 0.1 && rate <= 2000 && Number.isInteger(count) && count >= 1 && count <= 100_000
  const table = form.table || tables[0]?.value
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (refusal || shiftProblem || !isValid || !table || send.isPending) return
    send.mutate({ name: deployment.name, table: table === 'sample' ? null : table, rate, count, shifts })
  }
  return (
    <form className="col gap-3!" onSubmit={submit}>
      <Field
        label="Rows"
        help={
          table
            ? undefined
            : 'The live version came without sample rows, and no data set has the columns that it reads. Upload one under Data.'
        }
      >
        {({ id, describedBy }) => (
          <Select
            id={id}
            value={table ?? ''}
            options={tables}
            disabled={tables.length === 0}
            aria-describedby={describedBy}
            onChange={(event) => setForm({ ...form, table: event.target.value })}
          />
        )}
      </Field>
      <div className="pair">
        <Field label="Rate">
          {({ id }) => (
            <TextInput
              id={id}
              className="num"
              unit="per s"
              inputMode="decimal"
              value={form.rate}
              onChange={(event) => setForm({ ...form, rate: event.target.value })}
            />
          )}
        </Field>
        <Field label="Records in all">
          {({ id }) => (
            <TextInput
              id={id}
              className="num"
              inputMode="numeric"
              value={form.count}
              onChange={(event) => setForm({ ...form, count: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field
        label="Shift"
        error={shiftProblem}
        help={`To see drift: ${examplesOf(deployment.inputs)}. Several are set apart by a semicolon.`}
      >
        {({ id, describedBy, invalid }) => (
          <TextInput
            id={id}
            mono
            placeholder="none"
            autoComplete="off"
            value={form.shift}
            aria-describedby={describedBy}
            invalid={invalid}
            onChange={(event) => setForm({ ...form, shift: event.target.value })}
          />
        )}
      </Field>
      <div className="row justify-end">
        {send.isError ? <span className="sm bad grow">{errorSentence(send.error)}</span> : null}
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          type="submit"
          icon={<Send className="i s" aria-hidden />}
          forecast={isValid ? `about ${formatDuration((count / rate) * 1000)}` : undefined}
          refusal={
            refusal ??
            shiftProblem ??
            (table ? null : 'There are no rows to send.') ??
            (isValid ? null : 'The rate lies between 0.1 and 2,000 per second, the number between 1 and 100,000.')
          }
          busy={send.isPending}
        >
          Send {Number.isFinite(count) ? formatNumber(count) : ''} records
        </Button>
      </div>
    </form>
  )
}

function problemOf(shifts: readonly string[], inputs: DeploymentView['inputs']): string | null {
  try {
    for (const shift of shifts) parseShift(shift, inputs)
    return null
  } catch (error) {
    return errorSentence(error)
  }
}

/** One example per kind of column that this model reads. */
function examplesOf(inputs: DeploymentView['inputs']): string {
  const of = (type: string) => inputs.find((input) => input.type === type)?.name
  const [text, category, number] = [of('text'), of('category'), of('number')]
  return [number && `${number}+6`, text && `${text}:drop=0.5`, category && `${category}=other`].filter(Boolean).join(', ')
}

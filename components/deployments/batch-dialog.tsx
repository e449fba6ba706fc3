'use client'

import { useMutation } from '@tanstack/react-query'
import { Download, ListChecks } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { RepeatableJob } from '#components/jobs/job-progress'
import { Button } from '#components/ui/button'
import { Dialog } from '#components/ui/dialog'
import { errorSentence } from '#components/ui/failure'
import { Field, Select, TextInput, Toggle } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { batchResultSchema } from '#core/batch/order'
import { formatBytes, formatDuration, formatNumber, plural } from '#core/words/format'
import type { DeploymentView } from '#server/releases/views'
import { useBatchTables } from './use-batch-tables.ts'

/** Answers every row of a data set with what is live, and shows how far it is and where the result lies. */
export function BatchDialog({ deployment, onClose }: { deployment: Pick<DeploymentView, 'name' | 'inputs' | 'task'>; onClose(): void }) {
  const [jobId, setJobId] = useState<string | null>(null)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width={520}
      title="Answer a data set"
      description="Every row gets the answer of the live version, as a Parquet file. It works in the background, whatever the size."
    >
      {jobId === null ? (
        <BatchForm deployment={deployment} onClose={onClose} onOrdered={setJobId} />
      ) : (
        <RepeatableJob id={jobId} counts="Rows answered" again="Answer another" onAgain={() => setJobId(null)} onClose={onClose}>
          {(result) => <BatchOutcome result={result} />}
        </RepeatableJob>
      )}
    </Dialog>
  )
}

type FormProps = Parameters<typeof BatchDialog>[0] & { onOrdered(id: string): void }

function BatchForm({ deployment, onClose, onOrdered }: FormProps) {
  const trpc = useTRPC()
  const refusal = useRefusal('analyst')
  const tables = useBatchTables(deployment.inputs.map(({ name }) => name))
  const [form, setForm] = useState({ dataSet: '', name: '', probabilities: false })
  const [left, setLeft] = useState<readonly string[]>([])
  const order = useMutation(trpc.deployments.batch.mutationOptions({ onSuccess: ({ id }) => onOrdered(id) }))
  const chosen = tables.find(({ id }) => id === form.dataSet) ?? tables[0]
  const keep = left.length === 0 ? null : (chosen?.columns ?? []).filter((name) => !left.includes(name))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!chosen) return
    const name = form.name.trim()
    order.mutate({
      name: deployment.name,
      rows: { dataSet: chosen.id, version: chosen.version },
      wish: { keep, probabilities: form.probabilities, output: name === '' ? { kind: 'file' } : { kind: 'data-set', name } },
    })
  }
  return (
    <form className="col gap-3!" onSubmit={submit}>
      <Field label="Rows" help={chosen ? undefined : 'No data set has the columns that the live version reads. Upload one under Data.'}>
        {({ id, describedBy }) => (
          <Select
            id={id}
            value={chosen?.id ?? ''}
            options={tables.map((table) => ({ value: table.id, label: table.label }))}
            disabled={tables.length === 0}
            aria-describedby={describedBy}
            onChange={(event) => {
              setForm({ ...form, dataSet: event.target.value })
              setLeft([])
            }}
          />
        )}
      </Field>
      {chosen ? <KeptColumns columns={chosen.columns} left={left} onChange={setLeft} /> : null}
      <Field label="New data set" help="The answers become its newest version. Left empty, they are a file to download.">
        {({ id, describedBy }) => (
          <TextInput
            id={id}
            maxLength={120}
            placeholder="none"
            autoComplete="off"
            value={form.name}
            aria-describedby={describedBy}
            onChange={(event) => setForm({ ...form, name: event.target.value })}
          />
        )}
      </Field>
      {deployment.task === 'regression' ? null : (
        <Field label="A column for the probability of each class" flip>
          {({ id }) => <Toggle id={id} checked={form.probabilities} onChange={(probabilities) => setForm({ ...form, probabilities })} />}
        </Field>
      )}
      <div className="row justify-end">
        {order.isError ? <span className="sm bad grow">{errorSentence(order.error)}</span> : null}
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          type="submit"
          icon={<ListChecks className="i s" aria-hidden />}
          refusal={refusal ?? (chosen ? null : 'There are no rows to answer.')}
          busy={order.isPending}
        >
          Answer {chosen ? plural(chosen.rows, 'row') : 'rows'}
        </Button>
      </div>
    </form>
  )
}

function KeptColumns({ columns, left, onChange }: { columns: readonly string[]; left: readonly string[]; onChange(left: string[]): void }) {
  return (
    <fieldset className="col gap-1!">
      <legend className="sm med t2 mb-1">Columns that stand beside the answers</legend>
      <div className="flex max-h-32 flex-wrap gap-x-3 gap-y-1 overflow-auto">
        {columns.map((name) => (
          <label key={name} className="row">
            <input
              type="checkbox"
              checked={!left.includes(name)}
              onChange={() => onChange(left.includes(name) ? left.filter((each) => each !== name) : [...left, name])}
            />{' '}
            <span className="mono">{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function BatchOutcome({ result }: { result: Record<string, unknown> }) {
  const { data: made } = batchResultSchema.safeParse(result)
  if (!made) return null
  const pace = made.seconds > 0 ? `, ${formatNumber(Math.round(made.rows / made.seconds))} a second` : ''
  return (
    <div className="col gap-2!">
      <p>
        {plural(made.rows, 'row')} answered by {made.model} v{made.version} in {formatDuration(made.seconds * 1000)}
        {pace}.
      </p>
      <div className="row">
        <a className="btn" href={`/api/artifacts/${made.artifact}?name=${encodeURIComponent(`${made.model}-answers`)}`} download>
          <Download className="i s" aria-hidden /> Download Parquet <span className="forecast">{formatBytes(made.bytes)}</span>
        </a>
        {made.dataSet ? (
          <Link className="btn" href={`/data/${made.dataSet.id}`}>
            Open {made.dataSet.name}, version {made.dataSet.version}
          </Link>
        ) : null}
      </div>
    </div>
  )
}

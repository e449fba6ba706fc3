'use client'

import { useMutation } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { useState } from 'react'
import { useTRPCClient } from '#components/api/client'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { errorSentence } from '#components/ui/failure'
import { Toggle } from '#components/ui/field'
import { StatusBadge } from '#components/ui/status'
import type { PredictRow } from '#core/model/signature'
import { formatDuration } from '#core/words/format'
import type { Trial } from '#server/registry/views'
import { RowForm } from './row-form'
import { TrialAnswer } from './trial-answer'
import { trialDifference } from './trial-difference.ts'
import type { Version } from './version-types.ts'
import { WhyAnswer } from './why-answer'

type Tried = { row: PredictRow; server: Trial; wayMs: number; browser: Trial | null; loadMs: number }

/** A form made from the signature; the row is answered on the server and, by a switch, in this browser as well. */
export function TryIt({ version }: { version: Version }) {
  const client = useTRPCClient()
  const [row, setRow] = useState<PredictRow>(() => Object.fromEntries(version.signature.inputs.map(({ name, example }) => [name, example])))
  const [inBrowser, setInBrowser] = useState(false)
  const attempt = useMutation({
    mutationFn: async (): Promise<Tried> => {
      const began = performance.now()
      const server = await client.models.tryIt.mutate({ name: version.model, number: version.number, row })
      const wayMs = performance.now() - began
      if (!inBrowser) return { row, server, wayMs, browser: null, loadMs: 0 }
      const opened = performance.now()
      const { runInBrowser } = await import('./run-in-browser.ts')
      const browser = await runInBrowser(version.artifact, row)
      return { row, server, wayMs, browser, loadMs: performance.now() - opened - browser.milliseconds }
    },
  })
  return (
    <Card
      title="Try it"
      note="one row, as the gateway would"
      end={
        <span className="row tight sm t2 nowrap">
          <Toggle checked={inBrowser} onChange={setInBrowser} label="Also run the model in this browser" />
          In this browser too
        </span>
      }
    >
      <form
        className="col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          attempt.mutate()
        }}
      >
        <RowForm signature={version.signature} row={row} onChange={setRow} />
        <div className="row">
          <Button type="submit" icon={<FlaskConical className="i s" aria-hidden />} busy={attempt.isPending}>
            Predict {version.signature.target}
          </Button>
          {attempt.isPending ? (
            <span className="sm t3">{inBrowser ? 'Asking the server, then loading the model here' : 'Asking the server'}</span>
          ) : null}
        </div>
      </form>
      <div aria-live="polite">
        {attempt.isError ? (
          <p className="err mt-3" role="alert">
            {errorSentence(attempt.error)}
          </p>
        ) : null}
        {attempt.data ? <Answers tried={attempt.data} /> : null}
      </div>
      {attempt.data ? (
        <WhyAnswer
          key={attempt.submittedAt}
          version={version}
          row={attempt.data.row}
          answer={'label' in attempt.data.server ? attempt.data.server.label : null}
        />
      ) : null}
    </Card>
  )
}

function Answers({ tried: { server, wayMs, browser, loadMs } }: { tried: Tried }) {
  return (
    <div className="mt-3">
      <div className="grid" style={{ gridTemplateColumns: browser ? 'repeat(2, minmax(0, 1fr))' : 'minmax(0, 1fr)' }}>
        <TrialAnswer where="Server" trial={server} time={`${formatDuration(wayMs)} with the way there`} />
        {browser ? (
          <TrialAnswer
            where="This browser"
            trial={browser}
            time={loadMs > 50 ? `loaded in ${formatDuration(loadMs)}` : 'model in memory'}
          />
        ) : null}
      </div>
      {browser ? <Agreement server={server} browser={browser} /> : null}
    </div>
  )
}

function Agreement({ server, browser }: { server: Trial; browser: Trial }) {
  const { agree, difference, of } = trialDifference(server, browser)
  return (
    <p className="row mt-2">
      <StatusBadge status={agree ? 'done' : 'failed'}>{agree ? 'Both agree' : 'They differ'}</StatusBadge>
      <span className="sm t3">
        largest difference of {of} {difference === 0 ? '0' : difference.toExponential(1)}
      </span>
    </p>
  )
}

'use client'

import { useMutation } from '@tanstack/react-query'
import { KeyRound, Play } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { useRefusal } from '#components/api/use-actor'
import { Button } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { CopyButton } from '#components/ui/copy'
import { errorSentence } from '#components/ui/failure'
import { Field, TextArea } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { Segmented } from '#components/ui/segmented'
import { Ago } from '#components/ui/time'
import type { NumberPrediction } from '#core/model/signature'
import { formatDuration, formatShare, formatValue, plural } from '#core/words/format'
import type { DeploymentView } from '#server/releases/views'
import { callExample, callUrl, exampleRecord, type Language, languages, type Protocol, protocols } from './call-examples.ts'

const protocolTitles: Record<Protocol, string> = { JSON: 'plain JSON', v2: 'v2 protocol' }

/** How to call the deployment from three languages by two protocols, and one call right here. */
export function UseItCard({ deployment }: { deployment: DeploymentView }) {
  const [language, setLanguage] = useState<Language>('curl')
  const [protocol, setProtocol] = useState<Protocol>('JSON')
  const { keys, gatewayUrl, inputs, name, task } = deployment
  const record = exampleRecord(inputs)
  const code = callExample(language, protocol, { url: callUrl(gatewayUrl, name, protocol), record, inputs, task })
  return (
    <Card
      title="Use it"
      end={
        <span className="row flex-wrap">
          <Segmented<Protocol>
            label="Protocol"
            value={protocol}
            options={protocols.map((value) => ({ value, label: protocolTitles[value] }))}
            onChange={setProtocol}
          />
          <Segmented<Language>
            label="Language"
            value={language}
            options={languages.map((value) => ({ value, label: value }))}
            onChange={setLanguage}
          />
          <CopyButton text={code} label={`Copy the ${language} example`} />
        </span>
      }
      wraps
      bodyClassName="col gap-2!"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section className="code" tabIndex={0} aria-label={`${language} example`}>
        {code}
      </section>
      <p className="sm t2">
        All of it in one document:{' '}
        <a className="underline" href={`${gatewayUrl}/docs`} target="_blank" rel="noreferrer">
          readable page
        </a>
        ,{' '}
        <a className="underline" href={`${gatewayUrl}/openapi.json`} target="_blank" rel="noreferrer">
          OpenAPI
        </a>
        .
      </p>
      <div className="row sm t2">
        <KeyRound className="i s" aria-hidden />
        <span className="trunc">
          {keys.count === 0 ? 'No key may call this yet. ' : `${plural(keys.count, 'key')} may call this`}
          {keys.lastUsedAt ? (
            <>
              , last used <Ago at={keys.lastUsedAt} /> by <code>{keys.lastUsedBy}</code>.{' '}
            </>
          ) : keys.count > 0 ? (
            ', none was used yet. '
          ) : null}
          <Link className="underline" href="/settings/keys">
            {keys.count === 0 ? 'Make a key' : 'Keys'}
          </Link>
        </span>
      </div>
      <TryHere deployment={deployment} example={record} />
    </Card>
  )
}

function Answer({ answer }: { answer: { label: string; confidence: number | null } | Pick<NumberPrediction, 'value' | 'interval'> }) {
  if ('label' in answer) {
    return (
      <>
        <b className="semi t1">{answer.label}</b>
        {answer.confidence === null ? null : ` with ${formatShare(answer.confidence)} confidence`}
      </>
    )
  }
  if (!answer.interval) return <b className="semi t1">{formatValue(answer.value)}</b>
  const { low, high, share } = answer.interval
  return (
    <>
      <b className="semi t1">{formatValue(answer.value)}</b>, in {formatShare(share, 0)} of cases {formatValue(low)} to {formatValue(high)}
    </>
  )
}

function TryHere({ deployment, example }: { deployment: DeploymentView; example: Record<string, string | number> }) {
  const trpc = useTRPC()
  const refusal = useRefusal('analyst')
  const [text, setText] = useState(() => JSON.stringify(example, null, 2))
  const [problem, setProblem] = useState<string | null>(null)
  const [tookMs, setTookMs] = useState(0)
  const predict = useMutation(trpc.deployments.predict.mutationOptions())
  const send = () => {
    try {
      const record: unknown = JSON.parse(text)
      setProblem(null)
      const startedAt = performance.now()
      // The server checks the record again; what does not fit comes back as a sentence with the field.
      predict.mutate(
        { name: deployment.name, record: record as Record<string, string> },
        { onSettled: () => setTookMs(performance.now() - startedAt) },
      )
    } catch {
      setProblem('This is not JSON. Write the record as {"field": value}.')
    }
  }
  const error = problem ?? (predict.isError ? errorSentence(predict.error) : null)
  return (
    <div className="col gap-2! pt-2">
      <Field label="Try it with a record" help="Goes through the gateway, marked as test traffic." error={error}>
        {({ id, describedBy, invalid }) => (
          <TextArea
            id={id}
            mono
            rows={Math.min(8, deployment.inputs.length + 2)}
            spellCheck={false}
            value={text}
            aria-describedby={describedBy}
            invalid={invalid}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="row flex-wrap" aria-live="polite">
        <Button icon={<Play className="i s" aria-hidden />} refusal={refusal} busy={predict.isPending} onClick={send}>
          Predict
        </Button>
        {predict.data && !error ? (
          <span className="sm t2">
            <Answer answer={predict.data} />, by {predict.data.version ?? 'the stated answer'} of release {predict.data.release},{' '}
            {formatDuration(tookMs)} round trip
          </span>
        ) : null}
      </div>
    </div>
  )
}

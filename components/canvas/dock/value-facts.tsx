'use client'

import type { ReactNode } from 'react'
import { Link } from '#components/ui/link'
import { answersNumber } from '#core/model/signature'
import type { DeploymentValue, ModelValue, SignalValue } from '#core/ports/kinds'
import { formatBytes, formatNumber } from '#core/words/format'

/** A model, a deployment or a signal on a port, as facts with links. */
export function ValueFacts({ value }: { value: ModelValue | DeploymentValue | SignalValue }) {
  return (
    <dl className="facts">
      {factsOf(value).map(([name, fact]) => (
        <div key={name}>
          <dt className="sm t3">{name}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  )
}

function factsOf(value: ModelValue | DeploymentValue | SignalValue): [string, ReactNode][] {
  switch (value.kind) {
    case 'signal':
      return [['Message', value.message]]
    case 'deployment':
      return [
        [
          'Deployment',
          <Link key="d" href={`/deployments/${encodeURIComponent(value.deployment)}`}>
            {value.deployment}
          </Link>,
        ],
        ['Release', formatNumber(value.release)],
        ['Model', `${value.model} v${value.version}`],
        ['Address', <code key="a">POST /v1/{value.deployment}/predict</code>],
      ]
    case 'model':
      return [
        [
          'Registered',
          value.registered ? (
            <Link
              key="m"
              href={`/models/${encodeURIComponent(value.registered.model)}`}
            >{`${value.registered.model} v${value.registered.version}`}</Link>
          ) : (
            'not yet'
          ),
        ],
        [
          answersNumber(value.signature) ? 'Gives' : 'Classes',
          answersNumber(value.signature)
            ? 'a number and its prediction interval'
            : value.classes.length <= 12
              ? value.classes.join(', ')
              : `${formatNumber(value.classes.length)}: ${value.classes.slice(0, 8).join(', ')} …`,
        ],
        ['Reads', value.signature.inputs.map((input) => `${input.name} (${input.type})`).join(', ')],
        ['Answers', value.signature.target],
        ['Trained on', `${formatNumber(value.rows)} rows`],
        ['Features', formatNumber(value.terms)],
        ['File', `${formatBytes(value.bytes)} .onnx, ${value.artifact.slice(0, 12)}`],
      ]
  }
}

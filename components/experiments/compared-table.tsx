'use client'

import { X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { IconButton } from '#components/ui/button'
import { Toggle } from '#components/ui/field'
import { Link } from '#components/ui/link'
import { ScrollX } from '#components/ui/scroll-x'
import { StatusBadge } from '#components/ui/status'
import { Ago, useNow } from '#components/ui/time'
import type { ComparedExperiment } from '#core/experiments/views'
import { formatDuration } from '#core/words/format'
import { startedWords } from '../runs/run-words.ts'
import { metricWords, tookMs } from './experiment-words.ts'
import { comparedMetrics, comparedParams } from './prepare-compared.ts'

export type Look = { name: string; colour: string }

type Props = { experiments: readonly ComparedExperiment[]; looks: readonly Look[]; onRemove(id: string): void }

/** A column per experiment: where it comes from, its settings and its metrics, the best in bold. */
export function ComparedTable({ experiments, looks, onRemove }: Props) {
  const [onlyDiffering, setOnlyDiffering] = useState(true)
  const [withClasses, setWithClasses] = useState(false)
  const now = useNow()
  const params = comparedParams(experiments).filter(({ differs }) => differs || !onlyDiffering)
  const metrics = comparedMetrics(experiments).filter(
    ({ differs, isPerClass }) => (differs || !onlyDiffering) && (withClasses || !isPerClass),
  )
  const fact = (name: string, cell: (experiment: ComparedExperiment) => ReactNode) => (
    <tr key={name}>
      <th scope="row">{name}</th>
      {experiments.map((experiment) => (
        <td key={experiment.id}>{cell(experiment)}</td>
      ))}
    </tr>
  )
  return (
    <section aria-label="Settings and metrics">
      <div className="row mb-2 flex-wrap">
        <h2 className="semi">Settings and metrics</h2>
        <span className="push row flex-wrap">
          <Switch label="Only what differs" checked={onlyDiffering} onChange={setOnlyDiffering} />
          <Switch label="Per class" checked={withClasses} onChange={setWithClasses} />
        </span>
      </div>
      <div className="card">
        <ScrollX label="Settings and metrics side by side">
          <table>
            <thead>
              <tr>
                <th scope="col">what</th>
                {experiments.map(({ id }, i) => (
                  <th key={id} scope="col">
                    <span className="row tight">
                      <i className="dot" style={{ background: looks[i]?.colour }} />
                      {looks[i]?.name}
                      <IconButton quiet size="sm" label={`Leave out ${looks[i]?.name}`} onClick={() => onRemove(id)}>
                        <X className="i s" aria-hidden />
                      </IconButton>
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {fact('run', ({ run, workflow, version }) => (
                <>
                  <Link href={`/runs/${run.id}`}>Run {run.number}</Link> <span className="t2">of</span>{' '}
                  <Link href={`/workflows/${workflow.id}?run=${run.id}`}>{workflow.name}</Link> <span className="t3">v{version}</span>
                </>
              ))}
              {fact('status', ({ status }) => (
                <StatusBadge status={status} />
              ))}
              {fact('when', (experiment) => (
                <>
                  <Ago at={experiment.at} /> <span className="t2">by {startedWords(experiment)}</span>
                </>
              ))}
              {fact('took', (experiment) => {
                const took = tookMs(experiment, now)
                return took === null ? '–' : formatDuration(took)
              })}
              {experiments.some(({ registered }) => registered.length > 0)
                ? fact('registered', ({ registered }) => registered.map(({ model, version }) => `${model} v${version}`).join(', ') || '–')
                : null}
              {experiments.some(({ tags }) => tags.length > 0) ? fact('tags', ({ tags }) => tags.join(', ') || '–') : null}
              {params.map(({ name, values, differs }) => (
                <tr key={`param ${name}`} className={differs && !onlyDiffering ? 'on' : undefined}>
                  <th scope="row">{name}</th>
                  {values.map((value, i) => (
                    <td key={experiments[i]?.id} className="mono trunc" style={{ maxWidth: 280 }} title={value ?? 'not set'}>
                      {value ?? <span className="t3">–</span>}
                    </td>
                  ))}
                </tr>
              ))}
              {metrics.map(({ id, label, better, values, isBest }) => (
                <tr key={id}>
                  <th scope="row" title={better ? `${better} is better` : undefined}>
                    {label}
                  </th>
                  {values.map((value, i) => (
                    <td key={experiments[i]?.id} className={isBest[i] ? 'semi' : 't2'}>
                      {metricWords(value)}
                      {isBest[i] ? <span className="sr"> the best</span> : null}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
        {params.length + metrics.length === 0 ? (
          <p className="sm t2 p-3">
            {onlyDiffering ? 'They have the same settings and came to the same figures.' : 'Nothing is known of them yet.'}
          </p>
        ) : null}
      </div>
    </section>
  )
}

function Switch({ label, checked, onChange }: { label: string; checked: boolean; onChange(checked: boolean): void }) {
  return (
    <span className="row tight sm">
      <Toggle checked={checked} onChange={onChange} label={label} />
      <span className="t2 nowrap" aria-hidden>
        {label}
      </span>
    </span>
  )
}

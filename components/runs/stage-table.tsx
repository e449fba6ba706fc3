'use client'

import { ChevronDown, ChevronRight } from 'lucide-react'
import { Fragment, useState } from 'react'
import { IconButton } from '#components/ui/button'
import { StatusBadge } from '#components/ui/status'
import { isFinal } from '#core/runs/status'
import type { StageRunView } from '#core/runs/views'
import { formatDuration, formatNumber } from '#core/words/format'
import { findSpec } from '#stages/specs'
import { StageLogs } from './stage-logs'

/** The stages of a run: status, figure, time, and what each said. */
export function StageTable({ stages, titleOf }: { stages: readonly StageRunView[]; titleOf(stage: string): string }) {
  const [open, setOpen] = useState<string | null>(null)
  return (
    <section className="card mt-3" aria-label="Stages">
      <header>
        <h2>Stages</h2>
      </header>
      <div className="scroll-x">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="sr">log</span>
              </th>
              <th scope="col">stage</th>
              <th scope="col">kind</th>
              <th scope="col">status</th>
              <th scope="col">figure</th>
              <th scope="col" className="num">
                took
              </th>
              <th scope="col" className="num">
                tries
              </th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => {
              const isOpen = open === stage.id
              return (
                <Fragment key={stage.id}>
                  <tr>
                    <td style={{ width: 36 }}>
                      <IconButton
                        label={`${isOpen ? 'Hide' : 'Show'} the log of ${titleOf(stage.stage)}`}
                        quiet
                        size="sm"
                        aria-expanded={isOpen}
                        onClick={() => setOpen(isOpen ? null : stage.id)}
                      >
                        {isOpen ? <ChevronDown className="i s" aria-hidden /> : <ChevronRight className="i s" aria-hidden />}
                      </IconButton>
                    </td>
                    <td className="med">{titleOf(stage.stage)}</td>
                    <td className="t2">{findSpec(stage.type)?.title ?? stage.type}</td>
                    <td>
                      <StatusBadge status={stage.status} />
                      {stage.progress ? <span className="sm t3"> {progressWords(stage)}</span> : null}
                    </td>
                    <td>{stage.figure ? <Figure figure={stage.figure} /> : null}</td>
                    <td
                      className={stage.status === 'cached' ? 'num t3' : 'num'}
                      title={stage.status === 'cached' ? 'what the original took' : undefined}
                    >
                      {stage.durationMs === null ? '–' : formatDuration(stage.durationMs)}
                    </td>
                    <td className="num">{stage.attempt}</td>
                  </tr>
                  {stage.error || isOpen ? (
                    <tr>
                      <td />
                      <td colSpan={6} className="whitespace-normal!" style={{ height: 'auto' }}>
                        {stage.error ? <p className="bad py-1">{stage.error.message}</p> : null}
                        {isOpen ? <StageLogs stageRunId={stage.id} isLive={!isFinal(stage.status)} /> : null}
                      </td>
                    </tr>
                  ) : null}
                </Fragment>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Figure({ figure }: { figure: NonNullable<StageRunView['figure']> }) {
  return (
    <>
      <span className="semi">{typeof figure.value === 'number' ? formatNumber(figure.value) : figure.value}</span>{' '}
      <span className="t3">{figure.label}</span>
    </>
  )
}

function progressWords({ progress }: StageRunView): string {
  if (!progress) return ''
  const share = progress.total > 0 ? `${Math.floor((progress.done / progress.total) * 100)} %` : ''
  const left = progress.secondsLeft === null ? '' : `${formatDuration(progress.secondsLeft * 1000)} left`
  return [progress.doing, share, left].filter(Boolean).join(', ')
}

'use client'

import { Gantt } from '#components/charts/gantt'
import { useNow } from '#components/ui/time'
import type { StageRunView } from '#core/runs/views'

type Props = {
  stages: readonly StageRunView[]
  titleOf(stage: string): string
  /** Makes each name a button. */
  onPick?: ((stage: string) => void) | undefined
}

/** When each stage of a run worked, its name beside its bar. */
export function RunTimeline({ stages, titleOf, onPick }: Props) {
  const now = useNow()
  return (
    <div className="timeline flex gap-3">
      <ul className="w-24 shrink-0 md:w-44">
        {stages.map(({ id, stage }) => (
          <li key={id} className="sm" title={titleOf(stage)}>
            {onPick ? (
              <button type="button" className="link trunc" onClick={() => onPick(stage)}>
                {titleOf(stage)}
              </button>
            ) : (
              <span className="trunc">{titleOf(stage)}</span>
            )}
          </li>
        ))}
      </ul>
      <div className="grow">
        <Gantt
          label={`When each of ${stages.length} stages worked; each stage has its duration beside it.`}
          nowMs={now}
          rows={stages.map((stage) => ({
            key: stage.id,
            name: titleOf(stage.stage),
            status: stage.status,
            startMs: (stage.startedAt ?? (stage.status === 'cached' ? stage.finishedAt : null))?.getTime() ?? null,
            endMs: stage.finishedAt?.getTime() ?? null,
          }))}
        />
      </div>
    </div>
  )
}

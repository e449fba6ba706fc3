'use client'

import { Play } from 'lucide-react'
import { Button } from '#components/ui/button'
import { StatusIcon } from '#components/ui/status'
import { plural } from '#core/words/format'
import { useCanvas, useCanvasParts } from '../canvas-context'
import { resultsBelow } from '../run/stage-state.ts'
import { useForecast } from '../run/use-forecast.ts'
import { useRunRefusal } from '../run/use-run-refusal.ts'

/** What an edit of the stage would cost, and the runs that begin or end here. */
export function InspectorFooter({ stage }: { stage: string }) {
  const { run } = useCanvas()
  const below = useCanvasParts((state) => resultsBelow(state, stage))
  const refusal = useRunRefusal()
  const toHere = useForecast({ kind: 'to', stage })
  return (
    <footer>
      <p className="row sm t2 mb-2">
        <StatusIcon status="stale" label={null} />
        {costOfEdit(below)}
      </p>
      <div className="row">
        <Button
          className="grow"
          icon={<Play className="i s" aria-hidden />}
          refusal={refusal}
          title={toHere?.words}
          onClick={() => void run({ kind: 'to', stage })}
        >
          Run to here
        </Button>
        <Button className="grow" refusal={refusal} onClick={() => void run({ kind: 'from', stage })}>
          Run from here
        </Button>
      </div>
      {toHere && !refusal ? <p className="xs t3 mt-1">To here: {toHere.words}</p> : null}
    </footer>
  )
}

function costOfEdit({ good, stale }: ReturnType<typeof resultsBelow>): string {
  if (good > 0) return `An edit makes ${plural(good, 'result')} below stale`
  return stale > 0 ? 'What is below is stale already' : 'No result below depends on it'
}

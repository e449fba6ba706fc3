'use client'

import { Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '#components/ui/button'
import { Empty } from '#components/ui/empty'
import { useCanvas } from '../canvas-context'
import { useForecast } from '../run/use-forecast.ts'
import { useRunRefusal } from '../run/use-run-refusal.ts'

/** An empty dock says why, and has the run that would fill it. */
export function DockEmpty({ title, runTo, children }: { title: string; runTo?: string; children: ReactNode }) {
  return (
    <Empty title={title} action={runTo === undefined ? undefined : <RunTo stage={runTo} />}>
      {children}
    </Empty>
  )
}

function RunTo({ stage }: { stage: string }) {
  const { run } = useCanvas()
  const refusal = useRunRefusal()
  const forecast = useForecast({ kind: 'to', stage })
  return (
    <Button
      icon={<Play className="i s" aria-hidden />}
      forecast={refusal ? null : forecast?.words}
      refusal={refusal}
      onClick={() => void run({ kind: 'to', stage })}
    >
      Run to here
    </Button>
  )
}

'use client'

import { Check, CloudOff, TriangleAlert } from 'lucide-react'
import type { RefObject } from 'react'
import { Button } from '#components/ui/button'
import { StatusIcon } from '#components/ui/status'
import { formatClock, formatDateTime } from '#core/words/format'
import { useCanvasState } from '../canvas-context'
import type { Autosave } from './autosave.ts'

/** "Saved 12:03:04", or what keeps it from being saved. */
export function SavedIndicator({ autosave }: { autosave: RefObject<Autosave | null> }) {
  const save = useCanvasState((state) => state.save)
  const locked = useCanvasState((state) => state.locked)
  const version = useCanvasState((state) => state.version)
  if (locked !== null) return null
  const retry = () => void autosave.current?.flush()
  switch (save.kind) {
    case 'saved':
      return (
        <span className="saved" role="status">
          <Check className="i s" aria-hidden />
          <span className="hide-s">{save.at ? `Saved ${formatDay(save.at)}${formatClock(save.at)}` : 'Saved'}</span>
        </span>
      )
    case 'waiting':
    case 'saving':
      return (
        <span className="saved" role="status">
          <StatusIcon status="running" />
          <span className="hide-s">Saving</span>
        </span>
      )
    case 'offline':
      return (
        <span className="saved warn" role="status" title={save.sentence}>
          <CloudOff className="i s" aria-hidden />
          Not saved since {formatClock(save.since)}; kept here
          <Button size="sm" onClick={retry}>
            Try now
          </Button>
        </span>
      )
    case 'failed':
      return (
        <span className="saved bad" role="alert" title={save.sentence}>
          <TriangleAlert className="i s" aria-hidden />
          Not saved as v{version + 1}; kept here
          <Button size="sm" onClick={retry}>
            Try again
          </Button>
        </span>
      )
    case 'conflict':
      return (
        <span className="saved bad" role="alert">
          <TriangleAlert className="i s" aria-hidden />
          {save.conflict.by} changed the same
        </span>
      )
  }
}

/** Nothing for today; the date for any other day. */
function formatDay(at: Date): string {
  return at.toDateString() === new Date().toDateString() ? '' : `${formatDateTime(at).slice(0, 10)} `
}

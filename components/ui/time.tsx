'use client'

import { useSyncExternalStore } from 'react'
import { formatAgo, formatDateTime } from '#core/words/format'

const ticks = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let clock = 0

/** One timer for all relative times on the page. */
function subscribe(tick: () => void): () => void {
  ticks.add(tick)
  timer ??= setInterval(() => {
    clock = Date.now()
    for (const each of ticks) each()
  }, 1_000)
  return () => {
    ticks.delete(tick)
    if (ticks.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time now, to the second; 0 while the page is still the server's. */
export function useNow(): number {
  return useSyncExternalStore(
    subscribe,
    () => {
      clock ||= Date.now()
      return clock
    },
    () => 0,
  )
}

/** "2 min ago", with the exact time on hover. */
export function Ago({ at }: { at: Date }) {
  const now = useNow()
  return (
    <time className="nowrap" dateTime={at.toISOString()} title={now === 0 ? undefined : formatDateTime(at)} suppressHydrationWarning>
      {now === 0 ? '' : formatAgo(at, new Date(Math.max(now, at.getTime())))}
    </time>
  )
}

/** "in 3 d 4 h" of a time to come, "2 min ago" of one gone by, with the exact time on hover. */
export function When({ at }: { at: Date }) {
  const now = useNow()
  return (
    <time className="nowrap" dateTime={at.toISOString()} title={now === 0 ? undefined : formatDateTime(at)} suppressHydrationWarning>
      {now === 0 ? '' : formatAgo(at, new Date(now))}
    </time>
  )
}

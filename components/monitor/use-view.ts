'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { type NamedRange, namedRanges } from '#core/monitor/range'

export type MonitorChoice = {
  range: NamedRange | { from: Date; to: Date }
  versionId: string | undefined
  includesTest: boolean
}

/** What the page looks at, kept in its address: a link shows the same. */
export function useMonitorChoice(): [MonitorChoice, (change: Partial<MonitorChoice>) => void] {
  const params = useSearchParams()
  const router = useRouter()
  const path = usePathname()
  const choice = useMemo(() => readChoice(params), [params])
  const change = useCallback(
    (part: Partial<MonitorChoice>) => router.replace(`${path}?${writeChoice({ ...choice, ...part })}`, { scroll: false }),
    [choice, path, router],
  )
  return [choice, change]
}

/** Reads a choice from an address; what is wrong there is as if it was absent. */
export function readChoice(params: URLSearchParams): MonitorChoice {
  const named = params.get('range') ?? '24h'
  const [from, to] = [new Date(params.get('from') ?? ''), new Date(params.get('to') ?? '')]
  const isFixed = from < to
  return {
    range: isFixed ? { from, to } : isNamed(named) ? named : '24h',
    versionId: params.get('version') ?? undefined,
    includesTest: params.get('test') !== 'no',
  }
}

/** The address of a choice, the defaults left out. */
export function writeChoice({ range, versionId, includesTest }: MonitorChoice): string {
  const params = new URLSearchParams()
  if (typeof range !== 'string') {
    params.set('from', range.from.toISOString())
    params.set('to', range.to.toISOString())
  } else if (range !== '24h') params.set('range', range)
  if (versionId) params.set('version', versionId)
  if (!includesTest) params.set('test', 'no')
  return params.toString()
}

function isNamed(text: string): text is NamedRange {
  return Object.hasOwn(namedRanges, text)
}

/** How often to ask again: as often as the newest bucket can look different. */
export function refreshMsOf(range: MonitorChoice['range']): number | false {
  if (typeof range !== 'string') return false
  return { '1h': 2_000, '6h': 4_000, '24h': 5_000, '7d': 30_000, '30d': 60_000 }[range]
}

'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '#components/api/client'
import { Card } from '#components/ui/card'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Select } from '#components/ui/field'
import { isInTargetUnit } from '#core/reports/figures'
import { formatNumber, formatValue } from '#core/words/format'
import type { VersionLine } from '#server/registry/views'
import { metricText } from './metric-words.ts'

/** Two versions side by side: every figure with its change, and only those settings, inputs and data that differ. */
export function CompareVersions({ name, versions }: { name: string; versions: readonly VersionLine[] }) {
  const trpc = useTRPC()
  const champion = versions.find(({ aliases }) => aliases.includes('champion'))
  const newest = versions[0]?.number ?? 1
  const before = champion && champion.number !== newest ? champion.number : (versions[1]?.number ?? newest)
  const [left, setLeft] = useState(before)
  const [right, setRight] = useState(newest)
  const comparison = useQuery(trpc.models.compare.queryOptions({ name, left, right }))
  const options = versions.map(({ number, aliases }) => ({
    value: String(number),
    label: ['v', number, aliases.length > 0 ? `, ${aliases.join(', ')}` : ''].join(''),
  }))
  return (
    <Card
      title="Compare"
      note="what changed from the left to the right version"
      end={
        <>
          <Select
            inline
            aria-label="Left version"
            value={String(left)}
            options={options}
            onChange={(e) => setLeft(Number(e.target.value))}
          />
          <span className="t3">to</span>
          <Select
            inline
            aria-label="Right version"
            value={String(right)}
            options={options}
            onChange={(e) => setRight(Number(e.target.value))}
          />
        </>
      }
      scrolls="Two versions side by side"
    >
      {comparison.isPending ? <SkeletonRows rows={6} /> : null}
      {comparison.isError ? (
        <Failure title="The comparison did not load" error={comparison.error} onRetry={() => comparison.refetch()} />
      ) : null}
      {comparison.data ? (
        <table>
          <thead>
            <tr>
              <th>what</th>
              <th className="num">v{left}</th>
              <th className="num">v{right}</th>
              <th className="num">change</th>
            </tr>
          </thead>
          <tbody>
            {comparison.data.metrics.map((metric) => (
              <tr key={metric.name}>
                <td>{metric.name}</td>
                <td className="num t2">{side(metric, metric.live)}</td>
                <td className="num semi">{side(metric, metric.candidate)}</td>
                <td className="num">
                  <Change metric={metric} />
                </td>
              </tr>
            ))}
            <Changes title="setting" changes={comparison.data.params} />
            <Changes title="input" changes={comparison.data.signature} />
            <Changes title="data" changes={comparison.data.data} />
          </tbody>
        </table>
      ) : null}
    </Card>
  )
}

type Metric = {
  name: string
  live: number | null
  candidate: number | null
  unit: string | null
  verdict: 'better' | 'worse' | 'same' | null
}

function side({ name, unit }: Metric, value: number | null): string {
  return value === null ? 'none' : metricText({ name, value, ...(unit ? { unit } : {}) })
}

function Change({ metric: { name, live, candidate, verdict } }: { metric: Metric }) {
  if (live === null || candidate === null) return <span className="t3">none</span>
  const change = candidate - live
  const off = Math.abs(change)
  const size = isInTargetUnit(name) ? formatValue(off) : Number.isInteger(change) ? formatNumber(off) : off.toFixed(4)
  const text = `${change > 0 ? '+' : change < 0 ? '−' : ''}${size}`
  if (verdict === 'better') return <span className="good">{text} better</span>
  if (verdict === 'worse') return <span className="bad">{text} worse</span>
  return <span className="t3">{verdict === 'same' || change === 0 ? 'same' : text}</span>
}

function Changes({
  title,
  changes,
}: {
  title: string
  changes: readonly { name: string; live: string | null; candidate: string | null }[]
}) {
  return changes.map(({ name, live, candidate }) => (
    <tr key={`${title} ${name}`}>
      <td>
        <span className="t3">{title}</span> <span className="mono">{name}</span>
      </td>
      <td className="num t2">{live ?? <span className="t3">none</span>}</td>
      <td className="num semi">{candidate ?? <span className="t3">none</span>}</td>
      <td className="num t3">{live === null ? 'added' : candidate === null ? 'removed' : 'changed'}</td>
    </tr>
  ))
}

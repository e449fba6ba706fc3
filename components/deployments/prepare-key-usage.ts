import { lookColour } from '#components/charts/prepare-bars.ts'
import type { StackedDaysInput } from '#components/charts/prepare-stacked-days.ts'
import { type KeyUsageView, noUsage, type Usage } from '#core/keys/key-views'
import { formatCompact } from '#core/words/format'

export type PreparedKeyUsage = {
  total: Usage & { answered: number }
  chart: StackedDaysInput
  /** Most requests first. */
  deployments: (Usage & { answered: number; deployment: string })[]
}

const dayMs = 86_400_000

/** The figures of a key's page from what was counted: every day of the range is there, and requests are told by how they ended. */
export function prepareKeyUsage({ days, from, to }: Pick<KeyUsageView, 'days' | 'from' | 'to'>): PreparedKeyUsage {
  const all = daysBetween(from, to)
  const byDay = sumBy(days, ({ day }) => day)
  const ofDay = all.map((day) => withAnswered(byDay.get(day) ?? noUsage))
  return {
    total: withAnswered(days.reduce(add, noUsage)),
    chart: {
      days: all,
      layers: [
        { name: 'answered', colour: lookColour.amount, values: ofDay.map(({ answered }) => answered) },
        { name: 'limited', colour: 'var(--st-waiting)', values: ofDay.map(({ limited }) => limited) },
        { name: 'failed', colour: lookColour.bad, values: ofDay.map(({ failed }) => failed) },
      ],
      format: formatCompact,
    },
    deployments: [...sumBy(days, ({ deployment }) => deployment)]
      .map(([deployment, usage]) => ({ deployment, ...withAnswered(usage) }))
      .sort((a, b) => b.requests - a.requests || (a.deployment < b.deployment ? -1 : 1)),
  }
}

function sumBy(days: KeyUsageView['days'], keyOf: (day: KeyUsageView['days'][number]) => string): Map<string, Usage> {
  const sums = new Map<string, Usage>()
  for (const day of days) sums.set(keyOf(day), add(sums.get(keyOf(day)) ?? noUsage, day))
  return sums
}

function add(a: Usage, b: Usage): Usage {
  return { requests: a.requests + b.requests, rows: a.rows + b.rows, limited: a.limited + b.limited, failed: a.failed + b.failed }
}

function withAnswered(usage: Usage): Usage & { answered: number } {
  return { ...usage, answered: Math.max(0, usage.requests - usage.limited - usage.failed) }
}

function daysBetween(from: string, to: string): string[] {
  const start = Date.parse(from)
  const count = Math.round((Date.parse(to) - start) / dayMs) + 1
  return Array.from({ length: Math.max(0, count) }, (_, i) => new Date(start + i * dayMs).toISOString().slice(0, 10))
}

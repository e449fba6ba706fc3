'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { Lines } from '#components/charts/lines'
import { Card } from '#components/ui/card'
import type { MonitorView } from '#core/monitor/views'
import type { SignalVerdict } from '#core/releases/measured'
import { formatScore, formatShare, formatValue } from '#core/words/format'
import type { DeploymentView } from '#server/releases/views'
import { limitOf } from './prepare-guard.ts'
import { releaseMarks } from './prepare-history.ts'
import { chartedOf } from './prepare-rollout.ts'
import { firstShown } from './prepare-traffic.ts'

const colours = ['var(--champion)', 'var(--challenger)'] as const
const refreshMs = 5_000

type Version = { versionId: string; version: number; isShadow: boolean }

type Figure = {
  title: string
  note: string
  /** The judge's signal whose limit is drawn. */
  signal: string | null
  read(bucket: MonitorView['buckets'][number]): number | null
  format(value: number): string
  /** The axis begins at what was seen, not at zero. */
  isClose?: boolean
}

const latency: Figure = {
  title: 'Latency p99',
  note: 'ms',
  signal: 'latencyP99',
  read: ({ summary }) => summary.latencyP99,
  format: (ms) => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms))),
}
const figures: Record<DeploymentView['task'], readonly Figure[]> = {
  classification: [
    latency,
    {
      title: 'Mean confidence',
      note: '',
      signal: 'confidence',
      read: ({ summary }) => summary.meanConfidence,
      format: formatScore,
      isClose: true,
    },
    {
      title: 'Low confidence',
      note: 'share of answers',
      signal: 'lowConfidence',
      read: ({ summary }) => summary.lowConfidence,
      format: (share) => formatShare(share),
    },
  ],
  regression: [
    latency,
    { title: 'Median prediction', note: '', signal: null, read: ({ values }) => values?.p50 ?? null, format: formatValue, isClose: true },
    {
      title: 'Errors',
      note: 'share of requests',
      signal: 'errors',
      read: ({ summary }) => summary.errorRate,
      format: (share) => formatShare(share),
    },
  ],
}

/** The last hour of both arms, in the three figures that decide a canary, with limits and releases. A minute without answers is a gap. */
export function ArmCharts({ deployment, signals }: { deployment: DeploymentView; signals: readonly SignalVerdict[] }) {
  const charted = chartedOf(deployment)
  const [champion, challenger] = charted
  const first = useArm(deployment.name, champion)
  const second = useArm(deployment.name, challenger)
  const all = first.data?.buckets ?? []
  const shownFrom = firstShown(all.map((_, i) => [first, second].some(({ data }) => (data?.buckets[i]?.summary.rows ?? 0) > 0)))
  const buckets = all.slice(shownFrom)
  const marks = releaseMarks(deployment.history)
  return (
    <div className="grid mt-3" style={{ gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' }}>
      {figures[deployment.task].map(({ title, note, signal, read, format, isClose }) => (
        <Card key={title} title={title} note={note} end={<Legend arms={charted} />}>
          <Lines
            height={112}
            label={`${title} of the last hour`}
            empty={
              first.isPending
                ? 'Loading'
                : first.isError
                  ? 'The figures did not load; this card tries again by itself.'
                  : 'No answers in the last hour. Send test traffic to see figures here.'
            }
            input={{
              x: buckets.map((bucket) => bucket.start.getTime()),
              xKind: 'time',
              series: [first, second].flatMap((query, i) => {
                const arm = charted[i]
                return arm && query.data
                  ? [
                      {
                        name: `v${arm.version}`,
                        colour: colours[i] ?? colours[0],
                        values: query.data.buckets.slice(shownFrom).map(read),
                      },
                    ]
                  : []
              }),
              format,
              marks,
              limit: limitRule(signal === null ? null : limitOf(signals, signal), format),
              ...(isClose ? { yFrom: 1 } : {}),
            }}
          />
        </Card>
      ))}
    </div>
  )
}

function limitRule(limit: number | null, format: (value: number) => string): { name: string; value: number } | undefined {
  return limit === null ? undefined : { name: `limit ${format(limit)}`, value: limit }
}

function useArm(deployment: string, arm: Version | undefined) {
  const trpc = useTRPC()
  return useQuery(
    trpc.monitor.figures.queryOptions(
      { deployment, range: '1h', ...(arm ? { versionId: arm.versionId, isShadow: arm.isShadow } : {}) },
      { enabled: arm !== undefined, refetchInterval: refreshMs },
    ),
  )
}

function Legend({ arms }: { arms: readonly Version[] }) {
  return (
    <span className="row sm t2">
      {arms.map((arm, i) => (
        <span key={arm.versionId} className={i === 0 ? 'arm' : 'arm b'}>
          v{arm.version}
        </span>
      ))}
    </span>
  )
}

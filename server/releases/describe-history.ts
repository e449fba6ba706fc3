import { confidenceUnit, quantileOfLatency, shareOf } from '#core/monitor/rollup'
import type { Db } from '#db/client'
import { type ReleaseFigures, sumByRelease } from '#db/queries/release-figures'
import { describeRelease, type VersionNames } from './describe-release'
import type { HistoryEntry } from './views'
import type { History } from './write-release'

const shown = 50
/** Answers of a release that was replaced come so long after it: gateways ship their spools every few seconds. */
const settlesMs = 10 * 60_000
/** So long are sums kept: of releases that are over (a gateway that was cut off may still ship answers), and of long ones in force. */
const keptMs = { over: 5 * 60_000, long: 15_000 }
const longMs = 24 * 60 * 60_000
const keptReleases = 2_000

type Kept = { until: number; figures: ReleaseFigures[] }
/** Sums over long stretches are kept for a while, since pages ask every few seconds; young releases are always added up anew. */
const keptOf = new WeakMap<Db, Map<string, Kept>>()

/** The newest releases with what each did while it was in force. */
export async function describeHistory(
  db: Db,
  { deploymentId, history, names, now }: { deploymentId: string; history: History; names: VersionNames; now: Date },
): Promise<HistoryEntry[]> {
  const entries = history.slice(0, shown).map((release, i) => ({ release, until: history[i - 1]?.createdAt ?? null }))
  const figures = await figuresOf(db, { deploymentId, entries, now })
  return entries.map(({ release, until }) => {
    const view = describeRelease(release, names)
    return {
      ...view,
      until,
      arms: view.arms.map((arm) => ({ ...arm, ...armOf(figures.get(release.number) ?? [], arm.versionId) })),
    }
  })
}

type Entry = { release: History[number]; until: Date | null }

async function figuresOf(
  db: Db,
  { deploymentId, entries, now }: { deploymentId: string; entries: readonly Entry[]; now: Date },
): Promise<Map<number, ReleaseFigures[]>> {
  const kept = keptOf.get(db) ?? new Map<string, Kept>()
  keptOf.set(db, kept)
  const keyOf = (number: number) => `${deploymentId} ${number}`
  const missing = entries.filter(({ release }) => (kept.get(keyOf(release.number))?.until ?? 0) <= now.getTime())
  const oldest = missing.at(-1)
  if (oldest) {
    const releases = missing.map(({ release }) => release.number)
    const sums = await sumByRelease(db, { deploymentId, releases, since: oldest.release.createdAt })
    for (const { release, until } of missing) {
      kept.set(keyOf(release.number), {
        until: now.getTime() + keptFor({ release, until }, now),
        figures: sums.filter((sum) => sum.release === release.number),
      })
    }
  }
  const found = new Map(entries.map(({ release }) => [release.number, kept.get(keyOf(release.number))?.figures ?? []]))
  for (const key of [...kept.keys()].slice(0, Math.max(0, kept.size - keptReleases))) kept.delete(key)
  return found
}

function keptFor({ release, until }: Entry, now: Date): number {
  if (until !== null && now.getTime() - until.getTime() > settlesMs) return keptMs.over
  return now.getTime() - release.createdAt.getTime() > longMs ? keptMs.long : 0
}

function armOf(figures: readonly ReleaseFigures[], versionId: string) {
  const arm = figures.find((each) => each.versionId === versionId && !each.shadow)
  if (!arm) return { rows: 0, p99Ms: null, errorShare: null, confidence: null, lowShare: null }
  return {
    rows: arm.rows,
    p99Ms: quantileOfLatency(arm, 0.99),
    errorShare: shareOf(arm.errors, arm.requests),
    confidence: arm.confidenceRows === 0 ? null : arm.confidenceSum / confidenceUnit / arm.confidenceRows,
    lowShare: shareOf(arm.lowConfidence, arm.confidenceRows),
  }
}

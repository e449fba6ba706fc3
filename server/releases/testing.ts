import { columnBinners } from '#core/monitor/bins'
import { addRequest, addRow, emptyRollup, type Rollup } from '#core/monitor/rollup'
import { defaultCanary, type Strategy } from '#core/releases/strategy'
import { randomFrom } from '#core/stats/testing'
import { addRollups } from '#db/queries/rollups'
import { processes } from '#db/schema/processes'
import type { House } from '#server/house'
import { tinyReference } from '#server/testing/tiny-model'

/** How the requests of one arm went. */
export type Traffic = {
  requests: number
  /** Share of the requests that failed. */
  failing?: number
  latencyMs?: number
  confidence?: number
  /** Share of the answers that are spam. */
  spam?: number
  /** Share of a shadow's answers that differ from what callers got. */
  differing?: number
}

/** The roll-up of requests of one row each, with the noise that real ones have, the same for the same seed. */
export function trafficOf({ requests, failing = 0, latencyMs = 4, confidence = 0.8, spam = 0.2, differing }: Traffic, seed = 1): Rollup {
  const random = randomFrom(seed)
  const rollup = emptyRollup()
  const binners = columnBinners(tinyReference)
  for (let i = 0; i < requests; i++) {
    const isFailing = random() < failing
    addRequest(rollup, { latencyMs: latencyMs * (0.7 + 0.6 * random()), status: isFailing ? 503 : 200 })
    if (isFailing) continue
    const sure = Math.min(1, Math.max(0, confidence + 0.3 * (random() - 0.5)))
    const label = random() < spam ? 'spam' : 'ham'
    addRow(
      rollup,
      { label, confidence: sure, isLow: sure < 0.6, bins: [], ...(differing === undefined ? {} : { differs: random() < differing }) },
      binners,
    )
  }
  return rollup
}

/** Writes what an arm did under a release in the minute of `at`. */
export async function sendTraffic(
  house: Pick<House, 'db'>,
  where: { deploymentId: string; versionId: string; release: number; at: Date; shadow?: boolean; seed?: number },
  traffic: Traffic,
): Promise<void> {
  const { at, seed, ...arm } = where
  await house.db.transaction((tx) =>
    addRollups(tx, [{ ...arm, test: false, minute: at, figures: trafficOf(traffic, seed ?? where.versionId.charCodeAt(0)) }]),
  )
}

/** A gateway that says of itself which releases it has in force. */
export async function announceGateway(
  house: Pick<House, 'db'>,
  info: { releases: Record<string, number>; problems?: Record<string, string> },
): Promise<void> {
  const row = { id: 'gateway-1', kind: 'gateway' as const, pid: 1, host: 'here', info, seenAt: new Date() }
  await house.db
    .insert(processes)
    .values(row)
    .onConflictDoUpdate({ target: processes.id, set: { info, seenAt: new Date() } })
}

/** A canary whose steps take a minute. */
export const quickCanary: Extract<Strategy, { kind: 'canary' }> = {
  ...defaultCanary,
  steps: [
    { share: 10, minutes: 1, minSamples: 100 },
    { share: 50, minutes: 1, minSamples: 500 },
  ],
}

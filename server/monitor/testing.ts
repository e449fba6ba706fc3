import type { PredictRow } from '#core/model/signature'
import { columnBinners } from '#core/monitor/bins'
import { addRequest, addRow, emptyRollup, type Rollup } from '#core/monitor/rollup'
import { addRollups } from '#db/queries/rollups'
import { deployments } from '#db/schema/deployments'
import { releases } from '#db/schema/releases'
import type { House } from '#server/house'
import { tinyReference } from '#server/testing/tiny-model'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'

export type Watched = { deploymentId: string; name: string; versions: TinyVersion[] }

/** A deployment of a tiny model whose release gives the second version 20 % of the traffic. */
export async function deployTiny(house: House, name: string): Promise<Watched> {
  const versions = await registerTiny(house)
  const [champion, challenger] = versions
  if (!champion || !challenger) throw new Error('registerTiny gives two versions')
  const [deployment] = await house.db.insert(deployments).values({ name, modelId: champion.modelId }).returning()
  if (!deployment) throw new Error('insert into deployments returned nothing')
  await house.db.insert(releases).values({
    deploymentId: deployment.id,
    number: 1,
    kind: 'canary',
    routes: [
      { versionId: champion.id, weight: 80 },
      { versionId: challenger.id, weight: 20 },
    ],
  })
  return { deploymentId: deployment.id, name, versions }
}

export type TrafficSpec = {
  requests: number
  status?: number
  latencyMs?: number
  label?: string
  confidence?: number
  input?: PredictRow
}

/** A roll-up of like requests of one row each, binned as the gateway bins them. */
export function trafficOf({ requests, status = 200, latencyMs = 4, label, confidence = 0.97, input }: TrafficSpec): Rollup {
  const rollup = emptyRollup()
  const binners = columnBinners(tinyReference)
  for (let i = 0; i < requests; i++) {
    addRequest(rollup, { latencyMs, status })
    if (status >= 400) continue
    const asTrained = { body: i % 2 ? 'one' : 'one two three four', hour: i % 10 < 6 ? 3 : 15 }
    addRow(
      rollup,
      { label: label ?? (i % 10 < 8 ? 'ham' : 'spam'), confidence, isLow: confidence < 0.6, input: input ?? asTrained },
      binners,
    )
  }
  return rollup
}

/** Writes roll-ups for minutes: the key is the start in ms since 1970. */
export async function writeTraffic(
  house: House,
  { deploymentId, versionId, test = false }: { deploymentId: string; versionId: string; test?: boolean },
  minutes: readonly (readonly [number, Rollup])[],
): Promise<void> {
  await house.db.transaction((tx) =>
    addRollups(
      tx,
      minutes.map(([minuteMs, figures]) => ({ deploymentId, versionId, test, minute: new Date(minuteMs), figures })),
    ),
  )
}

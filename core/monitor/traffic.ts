import { predictionName } from './bins'
import { bucketStarts, type RangePlan } from './range'
import { addCounts, addRollup, emptyRollup, type Rollup, sumRollups } from './rollup'

/** A stored roll-up of a minute or an hour. */
export type TrafficRow = { versionId: string; startMs: number; test: boolean; figures: Rollup }

export type Traffic = {
  total: Rollup
  /** Requests of test traffic, in all and per bucket. */
  testRequests: number
  buckets: {
    startMs: number
    figures: Rollup
    testRequests: number
    /** Answers of the compared version by bin, when it answers numbers: bins of one version mean nothing to another. */
    values: number[]
  }[]
  /** By model version, in the order in which they are met. */
  versions: Map<string, Rollup>
  /** Of the one version that is compared with its training: coarser buckets. */
  map: { startMs: number; figures: Rollup }[]
}

export type TrafficOptions = {
  /** The version whose traffic is compared with its training. */
  compared: string | null
  /** Total and buckets are about this version alone; `versions` still has all. */
  only?: string | undefined
}

/**
 * Sums stored roll-ups into the buckets of a plan. Rows outside of it are left out. Every row is added once, to the cell of
 * its version and bucket; all else is summed from these few cells.
 */
export function sumTraffic(rows: readonly TrafficRow[], plan: RangePlan, { compared, only }: TrafficOptions): Traffic {
  const starts = bucketStarts(plan, plan.stepMs)
  const cells = new Map<string, Map<number, Cell>>()
  for (const row of rows) {
    const at = Math.floor((row.startMs - plan.fromMs) / plan.stepMs)
    if (at >= 0 && at < starts.length) addRow(cells, row, at)
  }
  const buckets = starts.map((startMs) => ({ startMs, figures: emptyRollup(), testRequests: 0, values: [] as number[] }))
  const map = bucketStarts(plan, plan.mapStepMs).map((startMs) => ({ startMs, figures: emptyRollup() }))
  const perMapBucket = plan.mapStepMs / plan.stepMs
  for (const [versionId, ofVersion] of cells) {
    if (only !== undefined && only !== versionId) continue
    for (const [at, cell] of ofVersion) {
      const bucket = buckets[at]
      if (bucket === undefined) continue
      addRollup(bucket.figures, cell.figures)
      bucket.testRequests += cell.testRequests
      if (versionId === compared) addCounts(bucket.values, cell.figures.columns[predictionName]?.counts ?? [])
      const coarse = versionId === compared ? map[Math.floor(at / perMapBucket)] : undefined
      if (coarse) addRollup(coarse.figures, cell.figures)
    }
  }
  return {
    total: sumRollups(buckets.map((bucket) => bucket.figures)),
    testRequests: buckets.reduce((sum, bucket) => sum + bucket.testRequests, 0),
    buckets,
    versions: new Map([...cells].map(([id, ofVersion]) => [id, sumRollups([...ofVersion.values()].map((cell) => cell.figures))])),
    map,
  }
}

type Cell = { figures: Rollup; testRequests: number }

function addRow(cells: Map<string, Map<number, Cell>>, { versionId, test, figures }: TrafficRow, at: number): void {
  const ofVersion = cells.get(versionId) ?? new Map<number, Cell>()
  cells.set(versionId, ofVersion)
  const cell = ofVersion.get(at) ?? { figures: emptyRollup(), testRequests: 0 }
  ofVersion.set(at, cell)
  addRollup(cell.figures, figures)
  if (test) cell.testRequests += figures.requests
}

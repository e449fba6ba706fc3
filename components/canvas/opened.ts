import type { Graph } from '#core/graph/graph'
import type { RunDetails } from '#core/runs/views'

export type VersionStamp = { number: number; graph: Graph; createdAt: Date; authorName: string | null; summary: string }

/** A workflow as it was opened on a canvas. */
export type Opened = {
  about: { id: string; name: string; description: string; archivedAt: Date | null }
  newest: VersionStamp
  /** What is on the canvas: the newest version, an older one, or that of the run. */
  shown: VersionStamp
  run: RunDetails | null
  /** Why nothing may be changed, or null. */
  locked: string | null
}

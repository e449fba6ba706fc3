import type { BatchDesk } from '#server/batch/batch-desk'
import type { Log } from '#server/log'
import type { BanditBoard } from './bandit-board'
import type { KeyRing } from './keys/key-ring'
import type { Spool } from './log/spool'
import type { FindVersion } from './models/find-version'
import type { ReleaseBoard } from './release-board'
import type { Shadows } from './shadow'
import type { Telemetry } from './telemetry/telemetry'

export type HttpOptions = {
  /** Pages of these origins may call the gateway from a browser. */
  origins: readonly string[]
  /** How callers reach the gateway, when it does not follow from how they called. */
  url: string | null
  /** How long a request may take to arrive whole. */
  requestTimeoutMs: number
}

/** What the routes of the gateway work with. */
export type GatewayParts = {
  board: ReleaseBoard
  keys: KeyRing
  spool: Spool
  bandits: Pick<BanditBoard, 'armsOf'>
  shadows: Shadows
  telemetry: Telemetry
  log: Log
  health: () => Record<string, unknown>
  http: HttpOptions
  /** A version by its model and number, whether a release names it or not; an AppError while the database cannot be asked. */
  findVersion: FindVersion
  batches: BatchDesk
}

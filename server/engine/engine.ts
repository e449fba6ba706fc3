import type { House } from '#server/house'
import type { StageSpec } from '#stages/define'
import type { Changes } from './changes'
import type { ProcessPool } from './stage-process/process-pool'
import type { FindSpec } from './stage-work'

/** Places at which a test may stop or kill a worker, in the order in which a stage passes them. */
export type EnginePoint =
  | 'turn-taken'
  | 'stage-started'
  | 'stage-worked'
  | 'stage-written'
  | 'search-turn-taken'
  | 'trial-started'
  | 'trial-scored'
  | 'trial-worked'
  | 'trial-written'
  | 'job-started'

/** What the parts of a worker share. */
export type Engine = {
  house: House
  findSpec: FindSpec
  pool: ProcessPool
  changes: Changes
  /** This boot of this worker; who holds a stage that runs. */
  workerId: string
  /** Aborted when the worker stops: what waits should wait no longer. */
  stopping: AbortSignal
  at(point: EnginePoint, subject: string): void | Promise<void>
}

/** How often a stage that was lost with its process is tried, the first time included. */
export const maxAttempts = 3

/** The pause before try `attempt + 1`. */
export function retryDelayMs(attempt: number): number {
  return 500 * 4 ** (attempt - 1)
}

export function timeoutMsOf(spec: StageSpec): number {
  return (spec.timeoutSeconds ?? 3600) * 1000
}

export function memoryMbOf(spec: StageSpec): number {
  return spec.memoryMb ?? 4096
}

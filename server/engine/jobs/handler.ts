import type { ErrorRecord } from '#core/errors/app-error'
import type { House } from '#server/house'

/** What does a job: runs in a process of its own that has the house, may be killed at any time, and is run again if it is idempotent. */
export type JobHandler = (args: {
  house: House
  job: { id: string; subject: string; createdBy: string | null }
  input: Record<string, unknown>
  progress(done: number, total: number, doing?: string): void
  /** For what wants one; a cancelled job's process is killed. */
  signal: AbortSignal
}) => Promise<Record<string, unknown>>

/** What a job's process and its worker say to each other. */
export type ToJob = {
  kind: 'work'
  job: { id: string; kind: string; subject: string; createdBy: string | null }
  input: Record<string, unknown>
}

export type FromJob =
  | { kind: 'progress'; progress: { done: number; total: number; doing?: string } }
  | { kind: 'done'; result: Record<string, unknown> }
  | { kind: 'failed'; error: ErrorRecord; bug?: { id: string; stack: string } }

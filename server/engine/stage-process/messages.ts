import type { ErrorRecord } from '#core/errors/app-error'
import type { Outputs } from '#core/runs/views'
import type { TrialTask } from '#core/tune/search'
import type { NodeFigure, StageCalls } from '#stages/define'

/** What a worker and its stage processes say to each other: JSON over the fork's channel. */

export type StageTask = {
  type: string
  title: string
  params: Record<string, unknown>
  /** The version of the stage type that the params are for. */
  version: number
  inputs: Outputs
  seed: number
  stage: { id: string; title: string; runId: string; workflow: string }
  artifactsDir: string
  scratch: string
  memoryMb: number
  /** Threads that it may use at once. */
  threads: number
  privateUrls: boolean
  /** Set: not the stage itself is run, but one trial of its search. */
  trial?: TrialTask
}

export type CallName = keyof StageCalls | 'secret'

export type ToStage =
  | { kind: 'work'; task: StageTask }
  | { kind: 'answer'; call: number; value: unknown }
  | { kind: 'refusal'; call: number; error: ErrorRecord }

export type LogLine = { level: 'info' | 'warn' | 'error'; text: string; at: number }

export type FromStage =
  | { kind: 'ready' }
  | { kind: 'log'; line: LogLine }
  | { kind: 'progress'; done: number; total: number; doing?: string }
  | { kind: 'figure'; figure: NodeFigure }
  | { kind: 'call'; call: number; name: CallName; input: unknown }
  | { kind: 'done'; outputs: Outputs; figure: NodeFigure | null }
  /** `bug` is set when the error was not foreseen: what the worker's log gets. */
  | { kind: 'failed'; error: ErrorRecord; bug?: { id: string; stack: string } }

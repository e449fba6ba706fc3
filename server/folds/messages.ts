import type { ErrorRecord } from '#core/errors/app-error'
import type { PackedFoldWork } from '#ml/validate/fold-work'
import type { Fold } from '#ml/validate/folds'
import type { Claims } from './claims'

/** What a thread is sent: its arrays lie in shared memory. `who` is the number by which it claims folds. */
export type FoldTask = { work: PackedFoldWork; folds: readonly Fold[]; claims: Claims; who: number }

/** What it says. After `idle` it takes the next task. */
export type FromThread =
  | { kind: 'share'; fold: number; share: number }
  | { kind: 'scores'; fold: number; scores: Float32Array }
  /** `stack` is set when the error was not foreseen. */
  | { kind: 'failed'; error: ErrorRecord; stack?: string }
  | { kind: 'idle' }

import type { SaveConflict } from '#core/graph/merge'

/** Whether what is drawn is saved; drawn in the top bar. */
export type SaveState =
  | { kind: 'saved'; at: Date | null }
  | { kind: 'waiting' }
  | { kind: 'saving' }
  | { kind: 'offline'; since: Date; sentence: string }
  | { kind: 'failed'; sentence: string }
  | { kind: 'conflict'; conflict: SaveConflict; sentence: string }

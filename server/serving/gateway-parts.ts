import type { Log } from '#server/log'
import type { KeyRing } from './keys/key-ring'
import type { Spool } from './log/spool'
import type { ReleaseBoard } from './release-board'

/** What the routes of the gateway work with. */
export type GatewayParts = { board: ReleaseBoard; keys: KeyRing; spool: Spool; log: Log; health: () => Record<string, unknown> }

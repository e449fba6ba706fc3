import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import type { Log } from '#server/log'
import { openDiskRoom } from './disk-room'
import { type AnswersSeen, lineToKeep } from './keep-inputs'
import { openLineFiles } from './line-files'
import { openLostRows } from './lost-rows'
import { type OutcomesLine, writeLine } from './spool-line'

/**
 * The gateway's prediction log on local disk: `spool/<gateway>/<number>.open` is written, `<number>.jsonl` is complete and
 * waits to be shipped. A line is handed to the system before its answer leaves, so that killing the gateway loses no
 * answered request; it is synced to the disk ten times a second, so that a power cut loses a tenth of a second.
 *
 * The disk bound: while the spools of this disk together are larger, what is there stays, answers go on, and of new ones
 * only the figures are kept. So it is when the disk cannot be written and the memory for waiting lines is full. Reports
 * (outcomes, answers from elsewhere) are refused then: whoever sends them still has them.
 */
export type Spool = {
  dir: string
  /**
   * Resolves when the line is with the system; lines of requests that were answered together are written together. Answers
   * never fail for the log's sake; reports reject with an AppError while the spool is full.
   */
  append(seen: AnswersSeen | OutcomesLine): Promise<void>
  /** Completes the file in writing, if it holds anything. */
  rotate(): void
  state(): SpoolState
  /** Rows that were answered and not logged since the start, by deployment id. */
  lost(): ReadonlyMap<string, number>
  close(): void
}

/** `bytes` of all spools on this disk, `heldBytes` in memory while the disk cannot be written, and rows of which only figures are left. */
export type SpoolState = { bytes: number; heldBytes: number; lostRows: number; isFull: boolean }

export type SpoolOptions = {
  log: Log
  id?: string
  /** The disk bound. */
  maxBytes?: number
  /** How much may wait in memory while the disk cannot be written. */
  maxHeldBytes?: number
}

const megabyte = 1024 * 1024
const tickMs = 1_000
const syncMs = 100
/** Full ends here, so that it does not begin again at once. */
const freeShare = 0.9
/** Far below the bound the disk is measured every so many seconds only. */
const looseTicks = 10

/** Opens a spool of its own for one gateway. */
export function openSpool(
  root: string,
  { log, id = randomUUID(), maxBytes = 2048 * megabyte, maxHeldBytes = 64 * megabyte }: SpoolOptions,
): Spool {
  const dir = path.join(root, id)
  const room = openDiskRoom(root)
  const files = openLineFiles(dir, { id, log, onWritten: room.wrote })
  const lost = openLostRows(files)
  let held: Buffer[] = []
  let heldBytes = 0
  let waiting: string[] = []
  let writing: Promise<void> | null = null
  let isFull = false
  let ticks = 0

  function append(seen: AnswersSeen | OutcomesLine): Promise<void> {
    if (isFull) {
      if (seen.kind === 'outcomes' || seen.edge) return Promise.reject(refusal())
      lost.add(seen, Date.now())
      return Promise.resolve()
    }
    waiting.push(writeLine(seen.kind === 'outcomes' ? seen : lineToKeep(seen)))
    // The continuations of one micro-batch are queued before this one: it runs after all of them have appended.
    writing ??= Promise.resolve().then(() => {
      writing = null
      const lines = waiting
      waiting = []
      writeLines(lines)
    })
    return writing
  }

  function writeLines(lines: readonly string[]): void {
    const bytes = Buffer.from(lines.join(''))
    try {
      for (let first = held[0]; first; first = held[0]) {
        files.write(first)
        held.shift()
        heldBytes -= first.length
      }
      if (bytes.length > 0) files.write(bytes)
    } catch (err) {
      tryTo('complete a file of the spool', files.rotate)
      // Answers matter more than their log: with a full disk lines wait in memory, and the health page says so.
      if (heldBytes === 0) log.error({ err, dir }, 'the spool cannot be written; predictions are kept in memory until it can')
      if (bytes.length > 0) held.push(bytes)
      heldBytes += bytes.length
    }
    judgeFull()
  }

  function judgeFull(): void {
    const bytes = room.bytes()
    const was = isFull
    isFull = was ? bytes >= maxBytes * freeShare || heldBytes > 0 : bytes >= maxBytes || heldBytes >= maxHeldBytes
    if (isFull && !was) log.error({ bytes, maxBytes, heldBytes, dir }, 'the spool is full; of new answers only the figures are kept')
    if (was && !isFull) log.warn({ lostRows: lost.total() }, 'the spool has room again; answers are logged whole')
  }

  function tick(): void {
    if (held.length > 0) writeLines([])
    tryTo('complete a file of the spool', files.rotate)
    tryTo('write the figures of answers that are not logged', () => lost.save(Date.now(), !isFull))
    tryTo('say that the spool has an owner', files.claim)
    ticks += 1
    if (isFull || ticks % looseTicks === 0 || room.bytes() * 2 > maxBytes) void room.measure().then(judgeFull)
  }

  /** What fails for now is tried again with the next tick. */
  function tryTo(what: string, act: () => void): void {
    try {
      act()
    } catch (err) {
      log.debug({ err, dir }, `could not ${what}`)
    }
  }

  const timers = [setInterval(files.sync, syncMs), setInterval(tick, tickMs)]
  for (const timer of timers) timer.unref()
  void room.measure().then(judgeFull)

  return {
    dir,
    append,
    rotate: files.rotate,
    state: () => ({ bytes: room.bytes(), heldBytes, lostRows: lost.total(), isFull }),
    lost: () => lost.byDeployment,
    close() {
      for (const timer of timers) clearInterval(timer)
      writeLines(waiting)
      waiting = []
      tryTo('complete a file of the spool', files.rotate)
      tryTo('write the figures of answers that are not logged', () => lost.save(Date.now(), true))
      held = []
    },
  }
}

function refusal(): AppError {
  return new AppError('unavailable', {
    detail: 'The gateway cannot keep reports now: its spool is full. Send them again in a minute.',
    hint: { retryAfterSeconds: 60 },
  })
}

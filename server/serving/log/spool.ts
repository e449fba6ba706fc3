import { randomUUID } from 'node:crypto'
import { closeSync, fdatasync, mkdirSync, openSync, renameSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { identify } from '#db/embedded/process-identity'
import type { Log } from '#server/log'
import type { SpoolLine } from './spool-line'

/**
 * The gateway's prediction log on local disk: `spool/<gateway>/<number>.open` is written, `<number>.jsonl` is complete and
 * waits to be shipped. A line is handed to the system before its answer leaves, so that killing the gateway loses no
 * answered request; it is synced to the disk ten times a second, so that a power cut loses a tenth of a second.
 */
export type Spool = {
  dir: string
  /** Resolves when the line is with the system; lines of requests that were answered together are written together. */
  append(line: SpoolLine): Promise<void>
  /** Completes the file in writing, if it holds anything. */
  rotate(): void
  /** Lines that a full disk keeps in memory, and lines that even memory could not hold. */
  trouble(): { heldBytes: number; lostLines: number }
  close(): void
}

export const openSuffix = '.open'
export const doneSuffix = '.jsonl'
export const ownerFile = 'owner.json'

const rotateBytes = 2 * 1024 * 1024
const rotateMs = 1_000
const syncMs = 100
const heldBytesAtMost = 64 * 1024 * 1024

/** Opens a spool of its own for one gateway. */
export function openSpool(root: string, { log, id = randomUUID() }: { log: Log; id?: string }): Spool {
  const dir = path.join(root, id)
  mkdirSync(dir, { recursive: true })
  const owner = path.join(dir, ownerFile)
  writeFileSync(owner, JSON.stringify({ host: os.hostname(), identity: identify(process.pid) }))

  let number = 0
  let file: { fd: number; name: string; bytes: number; isDirty: boolean } | null = null
  let held: Buffer[] = []
  let heldBytes = 0
  let lostLines = 0
  let waiting: SpoolLine[] = []
  let writing: Promise<void> | null = null

  function write(bytes: Buffer): void {
    if (!file) {
      number += 1
      const name = path.join(dir, String(number).padStart(12, '0'))
      file = { fd: openSync(`${name}${openSuffix}`, 'a'), name, bytes: 0, isDirty: false }
    }
    for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at)
    file.bytes += bytes.length
    file.isDirty = true
    if (file.bytes >= rotateBytes) rotate()
  }

  function rotate(): void {
    if (!file) return
    const { fd, name } = file
    file = null
    renameSync(`${name}${openSuffix}`, `${name}${doneSuffix}`)
    fdatasync(fd, () => closeSync(fd))
  }

  function append(line: SpoolLine): Promise<void> {
    waiting.push(line)
    // The continuations of one micro-batch are queued before this one: it runs after all of them have appended.
    writing ??= Promise.resolve().then(() => {
      writing = null
      const lines = waiting
      waiting = []
      writeLines(lines)
    })
    return writing
  }

  function writeLines(lines: readonly SpoolLine[]): void {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    try {
      for (let first = held[0]; first; first = held[0]) {
        write(first)
        held.shift()
        heldBytes -= first.length
      }
      if (bytes.length > 0) write(bytes)
    } catch (err) {
      // What was half written ends its file, where a cut line is known for what it is.
      rotate()
      // Answers matter more than their log: with a full disk lines wait in memory, and the health page says so.
      if (heldBytes === 0) log.error({ err, dir }, 'the spool cannot be written; predictions are kept in memory until it can')
      if (heldBytes + bytes.length > heldBytesAtMost) {
        lostLines += lines.length
        return
      }
      held.push(bytes)
      heldBytes += bytes.length
    }
  }

  const syncing = setInterval(() => {
    if (!file?.isDirty) return
    file.isDirty = false
    fdatasync(file.fd, (err) => {
      // EBADF: rotated and closed meanwhile, after its own sync.
      if (err && err.code !== 'EBADF') log.error({ err, dir }, 'the spool cannot be synced to disk')
    })
  }, syncMs)
  const rotating = setInterval(() => {
    if (held.length > 0) writeLines([])
    rotate()
    const now = new Date()
    utimesSync(owner, now, now)
  }, rotateMs)
  syncing.unref()
  rotating.unref()

  return {
    dir,
    append,
    rotate,
    trouble: () => ({ heldBytes, lostLines }),
    close() {
      clearInterval(syncing)
      clearInterval(rotating)
      writeLines(waiting)
      waiting = []
      rotate()
      held = []
    },
  }
}

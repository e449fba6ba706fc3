import {
  closeSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { identify } from '#db/embedded/process-identity'
import type { Log } from '#server/log'
import { writeLine } from './spool-line'

export const openSuffix = '.open'
export const doneSuffix = '.jsonl'
export const ownerFile = 'owner.json'

const rotateBytes = 2 * 1024 * 1024

/** Numbered files of one gateway, one of them in writing. Everything throws what the disk says, and leaves no half line behind. */
export type LineFiles = {
  write(bytes: Buffer): void
  /** Completes the file in writing, if there is one. */
  rotate(): void
  sync(): void
  /** A name without ending for one more file, and its batch. */
  next(): { name: string; batch: string }
  /** Says that this gateway is alive; makes the folder again when others took it for dead. */
  claim(): void
}

type OpenFile = { fd: number; name: string; bytes: number; isDirty: boolean }

/** Opens the folder `dir` for the gateway `id`; `onWritten` hears of every byte. */
export function openLineFiles(
  dir: string,
  { id, log, onWritten }: { id: string; log: Log; onWritten: (bytes: number) => void },
): LineFiles {
  const owner = path.join(dir, ownerFile)
  let number = 0
  let file: OpenFile | null = null
  make()

  function make(): void {
    mkdirSync(dir, { recursive: true })
    writeFileSync(owner, JSON.stringify({ host: os.hostname(), identity: identify(process.pid) }))
  }

  function next() {
    number += 1
    const base = String(number).padStart(12, '0')
    return { name: path.join(dir, base), batch: `${id}/${base}` }
  }

  function open(): OpenFile {
    const { name, batch } = next()
    file = { fd: openOrMake(`${name}${openSuffix}`), name, bytes: 0, isDirty: false }
    append(file, Buffer.from(writeLine({ kind: 'batch', id: batch })))
    return file
  }

  /** The folder is gone when another gateway took this one for dead: it slept too long. */
  function openOrMake(at: string): number {
    try {
      return openSync(at, 'a+')
    } catch (err) {
      if (!isGone(err)) throw err
      make()
      return openSync(at, 'a+')
    }
  }

  function append(to: OpenFile, bytes: Buffer): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(to.fd, bytes, at)
    } catch (err) {
      // What is written again later, in another file, must not be here as well.
      ftruncateSync(to.fd, to.bytes)
      throw err
    }
    to.bytes += bytes.length
    to.isDirty = true
    onWritten(bytes.length)
  }

  function rotate(): void {
    if (!file) return
    const { fd, name } = file
    file = null
    try {
      renameSync(`${name}${openSuffix}`, `${name}${doneSuffix}`)
    } catch (err) {
      if (!isGone(err)) throw err
      // Shipped in part and removed by a gateway that took this one for dead: how much of the batch is known, the rest follows.
      make()
      writeFileSync(`${name}${doneSuffix}`, contentOf(fd))
    } finally {
      fdatasync(fd, () => closeSync(fd))
    }
  }

  return {
    write(bytes) {
      const to = file ?? open()
      append(to, bytes)
      if (to.bytes >= rotateBytes) rotate()
    },
    rotate,
    sync() {
      if (!file?.isDirty) return
      file.isDirty = false
      fdatasync(file.fd, (err) => {
        // EBADF: rotated and closed meanwhile, after its own sync.
        if (err && err.code !== 'EBADF') log.error({ err, dir }, 'the spool cannot be synced to disk')
      })
    },
    next,
    claim() {
      const now = new Date()
      try {
        utimesSync(owner, now, now)
      } catch (err) {
        if (!isGone(err)) throw err
        make()
      }
    },
  }
}

function contentOf(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size)
  for (let at = 0, read = 1; at < bytes.length && read > 0; at += read) read = readSync(fd, bytes, at, bytes.length - at, at)
  return bytes
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

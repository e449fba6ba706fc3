import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FromHost, ToHost } from './host-messages'

/** The line to one running host. */
export type HostLink = {
  /** Buffers of `moved` are given away where the host is a thread, and copied where it is a process. */
  send(message: ToHost, moved?: ArrayBuffer[]): void
  /** Lets it end when its current run is over. */
  close(): void
  /** Ends it now, whatever it does. Of a thread: as soon as its run lets go of it. */
  kill(): void
}

export type HostEvents = {
  onMessage(message: FromHost): void
  /** Once, when it has ended, by itself or not. */
  onGone(reason: string): void
}

/** `process` costs more a message, and a crash in native code ends only itself there. */
export type HostKind = 'thread' | 'process'

export type OpenLink = (kind: HostKind, events: HostEvents) => HostLink

const entry = new URL('./host-entry.mjs', import.meta.url)
const closeAtMostMs = 3_000
/** A host keeps little: the batch that it answers. */
const nurseryMb = 16

/** Starts a host. */
export const openLink: OpenLink = (kind, events) => (kind === 'thread' ? openThread(events) : openProcess(events))

/** Threads that are in the middle of a run. */
const running = new Set<Worker>()

/**
 * A thread in native code cannot be ended: `terminate` throws inside the runtime, and that ends the whole process. So one
 * that hangs is told to end and left alone; it goes when its run is over, or with the gateway.
 */
function openThread({ onMessage, onGone }: HostEvents): HostLink {
  const worker = new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: nurseryMb } })
  let reason = 'its thread ended'
  worker.on('message', (message: FromHost) => {
    running.delete(worker)
    onMessage(message)
  })
  worker.on('error', (error) => {
    reason = `its thread failed: ${error.message}`
  })
  worker.on('exit', () => {
    running.delete(worker)
    onGone(reason)
  })
  process.off('exit', leaveRunning)
  process.on('exit', leaveRunning)
  const close = () => {
    worker.unref()
    worker.postMessage({ kind: 'close' } satisfies ToHost)
  }
  return {
    send(message, moved = []) {
      running.add(worker)
      worker.postMessage(message, moved)
    },
    close,
    kill: close,
  }
}

/** The end of a process waits for its threads, and one that hangs would hold it for ever. */
function leaveRunning(): void {
  if (running.size > 0) process.kill(process.pid, 'SIGKILL')
}

function openProcess({ onMessage, onGone }: HostEvents): HostLink {
  const child = fork(fileURLToPath(entry), [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  // The host sends nothing else.
  child.on('message', (message) => onMessage(message as FromHost))
  let isGone = false
  const gone = (reason: string) => {
    if (!isGone) onGone(reason)
    isGone = true
  }
  child.once('error', (error) => gone(`its process cannot be started: ${error.message}`))
  child.once('exit', (code, signal) => gone(`its process ended (${signal ?? `exit ${code}`})`))
  return {
    send: (message) => void (child.connected && child.send(message, () => undefined)),
    close() {
      if (child.connected) child.send({ kind: 'close' } satisfies ToHost, () => undefined)
      setTimeout(() => child.kill('SIGKILL'), closeAtMostMs).unref()
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

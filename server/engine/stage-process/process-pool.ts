import { rm } from 'node:fs/promises'
import type { StageTask } from './messages'
import type { ScratchFolders } from './scratch-folders'
import { forkStageProcess, type Outcome, type StageProcess, type TaskEvents } from './stage-process'

/**
 * At most `size` stage processes at work at once; the others wait in line. Processes stay warm: one that ended a task
 * well takes the next, until it has done many or has grown. One whose task ended badly is not trusted again.
 */
export type ProcessPool = {
  /** Whether a task would begin at once. */
  hasRoom(): boolean
  run(
    task: Omit<StageTask, 'scratch' | 'threads'>,
    limits: { timeoutMs: number },
    events: TaskEvents & { begin?(): void },
    signal: AbortSignal,
  ): Promise<Outcome>
  /** Kills everything at once. Tasks that were under way never settle: nothing may be written about them. */
  close(): Promise<void>
}

const tasksPerProcess = 200
/** A process that holds more after a task is let go: the next task should have its whole cap. */
const grownMb = 800
const warmAfterMs = 2_500

export type PoolOptions = {
  entry: URL
  /** Stage processes at once. */
  size: number
  /** Threads of all of them together, as far as each has one: those that begin beside others get a part of them. */
  threads: number
  warmMb: number
  scratch: ScratchFolders
}

export function openProcessPool({ entry, size, threads, warmMb, scratch: folders }: PoolOptions): ProcessPool {
  const idle: StageProcess[] = []
  const working = new Set<StageProcess>()
  const line: (() => void)[] = []
  let taken = 0
  let closed = false

  function takeProcess(memoryMb: number): StageProcess {
    for (;;) {
      const at = idle.findIndex((process) => process.memoryMb === memoryMb)
      const [warm] = at < 0 ? [] : idle.splice(at, 1)
      if (!warm) return forkStageProcess(entry, memoryMb)
      if (warm.alive()) return warm
    }
  }

  async function putBack(process: StageProcess, outcome: Outcome): Promise<void> {
    const held = outcome.ok && process.alive() && process.tasks < tasksPerProcess ? await process.residentMb() : null
    if (closed || held === null || held > grownMb || idle.length >= size) process.kill()
    else idle.push(process)
    if (!closed && idle.length === 0) warmUp(1)
  }

  function warmUp(count: number): void {
    for (let i = 0; i < count; i++) idle.push(forkStageProcess(entry, warmMb))
  }

  async function enter(signal: AbortSignal): Promise<boolean> {
    if (taken < size) {
      taken += 1
      return true
    }
    return new Promise((resolve) => {
      const go = () => {
        signal.removeEventListener('abort', leave)
        resolve(true)
      }
      const leave = () => {
        line.splice(line.indexOf(go), 1)
        resolve(false)
      }
      line.push(go)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  /** Hands the place on to the first in line. */
  function leave(): void {
    const next = line.shift()
    if (next) next()
    else taken -= 1
  }

  // Not at once: while everything starts, the other processes need the processors more.
  const warming = setTimeout(() => warmUp(Math.max(0, size - idle.length - working.size)), warmAfterMs)
  warming.unref()
  return {
    hasRoom: () => taken < size && !closed,
    async run(task, limits, events, signal) {
      if (!(await enter(signal))) return { ok: false, error: { code: 'cancelled', message: `${task.title} was cancelled.`, hint: {} } }
      if (closed) return new Promise(() => undefined)
      const scratch = await folders.make()
      const process = takeProcess(task.memoryMb)
      working.add(process)
      events.begin?.()
      const own = Math.max(1, Math.floor(threads / working.size))
      const outcome = await process.run({ ...task, scratch, threads: own }, limits, events, signal)
      working.delete(process)
      void rm(scratch, { recursive: true, force: true })
      if (closed) return new Promise(() => undefined)
      await putBack(process, outcome)
      leave()
      return outcome
    },
    async close() {
      closed = true
      clearTimeout(warming)
      for (const process of [...idle, ...working]) process.kill()
      idle.length = 0
      await folders.removeAll()
    },
  }
}

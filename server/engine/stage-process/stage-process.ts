import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { AppError, type ErrorRecord, toErrorRecord } from '#core/errors/app-error'
import type { Outputs } from '#core/runs/views'
import type { NodeFigure } from '#stages/define'
import type { CallName, FromStage, LogLine, StageTask, ToStage } from './messages'
import { residentMb } from './resident-memory'

/** How a task ended. `bug` goes to the worker's log. */
export type Outcome =
  | { ok: true; outputs: Outputs; figure: NodeFigure | null; ms: number }
  | { ok: false; error: ErrorRecord; bug?: { id: string; stack: string } }

/** What a worker hears from a task that is under way, and answers. */
export type TaskEvents = {
  log(line: LogLine): void
  progress(progress: { done: number; total: number; doing?: string }): void
  figure(figure: NodeFigure): void
  call(name: CallName, input: unknown): Promise<unknown>
}

export type StageProcess = {
  pid: number | undefined
  /** The cap that the process was started with. */
  memoryMb: number
  tasks: number
  /** Whether it can take another task. */
  alive(): boolean
  residentMb(): Promise<number | null>
  run(task: StageTask, limits: { timeoutMs: number }, events: TaskEvents, signal: AbortSignal): Promise<Outcome>
  kill(): void
}

/** How often the memory of a working process is looked at. */
const memoryLookMs = 250
/** Part of the cap that JavaScript's own heap may take; the rest is for DuckDB, ONNX and buffers. */
const heapShare = 0.75

/** Forks one process that runs stages. `entry` is the file that names the stages it knows. */
export function forkStageProcess(entry: URL, memoryMb: number): StageProcess {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const child = fork(entry, [], {
    execArgv: ['--import', tsx, `--max-old-space-size=${Math.round(memoryMb * heapShare)}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const lastWords = keepLastWords(child)
  let killedFor: ErrorRecord | null = null
  let busy = false

  const self: StageProcess = {
    pid: child.pid,
    memoryMb,
    tasks: 0,
    alive: () => !busy && killedFor === null && child.connected && child.exitCode === null && child.signalCode === null,
    residentMb: async () => (child.pid === undefined ? null : residentMb(child.pid)),
    kill: () => void child.kill('SIGKILL'),
    run(task, { timeoutMs }, events, signal) {
      busy = true
      self.tasks += 1
      const began = performance.now()
      return new Promise<Outcome>((resolve) => {
        const end = (outcome: Outcome) => {
          clearTimeout(limit)
          clearInterval(watch)
          signal.removeEventListener('abort', onAbort)
          child.off('message', onMessage)
          child.off('exit', onExit)
          busy = false
          resolve(outcome)
        }
        const killFor = (error: ErrorRecord) => {
          killedFor ??= error
          child.kill('SIGKILL')
        }
        const onMessage = (message: FromStage) => {
          switch (message.kind) {
            case 'log':
              return events.log(message.line)
            case 'progress': {
              const { kind: _, ...progress } = message
              return events.progress(progress)
            }
            case 'figure':
              return events.figure(message.figure)
            case 'call':
              return void answer(child, message, events)
            case 'done':
              return end({ ok: true, outputs: message.outputs, figure: message.figure, ms: performance.now() - began })
            case 'failed':
              return end({ ok: false, error: message.error, ...(message.bug && { bug: message.bug }) })
            case 'ready':
              return
          }
        }
        const onExit = (code: number | null, name: NodeJS.Signals | null) =>
          end({ ok: false, error: killedFor ?? whyItEnded(task, memoryMb, code, name, lastWords()) })
        const onAbort = () => killFor({ code: 'cancelled', message: `${task.title} was cancelled.`, hint: {} })
        const limit = setTimeout(() => killFor(tookTooLong(task, timeoutMs)), timeoutMs)
        const watch = setInterval(async () => {
          const mb = await self.residentMb()
          if (mb !== null && mb > memoryMb) killFor(tooMuchMemory(task, memoryMb))
        }, memoryLookMs)
        child.on('message', onMessage)
        child.once('exit', onExit)
        signal.addEventListener('abort', onAbort, { once: true })
        if (signal.aborted) onAbort()
        else if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode)
        else child.send({ kind: 'work', task } satisfies ToStage, (lost) => lost && child.kill('SIGKILL'))
      })
    },
  }
  // A process that cannot even start says so by its exit; nobody may be listening yet.
  child.on('error', () => child.kill('SIGKILL'))
  return self
}

async function answer(child: ChildProcess, { call, name, input }: FromStage & { kind: 'call' }, events: TaskEvents): Promise<void> {
  const reply = await events.call(name, input).then(
    (value): ToStage => ({ kind: 'answer', call, value }),
    (error: unknown): ToStage => ({ kind: 'refusal', call, error: toErrorRecord(error, error instanceof AppError ? '' : name) }),
  )
  if (child.connected) child.send(reply)
}

/** The end of what the process wrote to stderr: V8 says there that its heap is full. */
function keepLastWords(child: ChildProcess): () => string {
  let words = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-8_000)
  })
  return () => words
}

function whyItEnded(task: StageTask, memoryMb: number, code: number | null, signal: NodeJS.Signals | null, lastWords: string): ErrorRecord {
  if (/heap out of memory|Cannot allocate memory|std::bad_alloc/i.test(lastWords)) return tooMuchMemory(task, memoryMb)
  const how = signal ? `signal ${signal}` : `exit code ${code}`
  const outside = signal === 'SIGKILL' ? ' Something outside ended it; perhaps the machine ran out of memory.' : ''
  return {
    code: 'crashed',
    message: `The process of ${task.title} ended unexpectedly (${how}).${outside} Nothing that was finished is lost: run again.`,
    hint: {},
  }
}

function tooMuchMemory({ title }: StageTask, memoryMb: number): ErrorRecord {
  const cap = memoryMb >= 1024 ? `${+(memoryMb / 1024).toFixed(1)} GB` : `${memoryMb} MB`
  return {
    code: 'out_of_memory',
    message: `${title} needed more than its ${cap} of memory and was stopped. Give it fewer rows (a Sample stage before it) or fewer terms.`,
    hint: { fix: { label: 'Add a Sample stage before it', kind: 'insert-stage', value: 'sample' } },
  }
}

function tookTooLong({ title }: StageTask, timeoutMs: number): ErrorRecord {
  const seconds = timeoutMs / 1000
  const limit = seconds >= 120 ? `${+(seconds / 60).toFixed(1)} minutes` : `${+seconds.toFixed(1)} s`
  return {
    code: 'timed_out',
    message: `${title} took longer than its limit of ${limit} and was stopped. Give it fewer rows, or split the work over two stages.`,
    hint: {},
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { nextDelayMs } from './backoff'

/**
 * One child process that is kept alive: started, restarted with growing pauses when it ends by itself, stopped on request.
 * It runs in a process group of its own: Ctrl-C in the terminal reaches only the supervisor, which stops the others in order.
 */
export type Child = {
  name: string
  pid(): number | undefined
  failures(): number
  lastLines(): string[]
  stop(): Promise<void>
  kill(): void
}

export type ChildSpec = { name: string; root: string; args: string[]; env: NodeJS.ProcessEnv; logsDir: string; say: (line: string) => void }

const stopGraceMs = 12_000

export function startChild({ name, root, args, env, logsDir, say }: ChildSpec): Child {
  const log = openLogFile(path.join(logsDir, `${name}.log`))
  const tail: string[] = []
  let child: ChildProcess | undefined
  let failures = 0
  let stopping = false
  let retry: NodeJS.Timeout | undefined

  const note = (line: string) => {
    log.write(`${line}\n`)
    tail.push(line)
    if (tail.length > 20) tail.shift()
    const trouble = troubleOf(line)
    if (trouble) say(`${name}: ${trouble}`)
  }

  const start = () => {
    const startedAt = Date.now()
    const watch = pathToFileURL(path.join(root, 'server/supervisor/child-watch.mjs')).href
    child = spawn(process.execPath, ['--import', watch, ...args], {
      cwd: root,
      env,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', note)
    child.once('error', (error) => note(`cannot start: ${error.message}`))
    child.once('close', (code, signal) => {
      child = undefined
      if (stopping) return
      if (Date.now() - startedAt > 30_000) failures = 0
      failures += 1
      const delayMs = nextDelayMs(failures)
      say(`${name} ended (${signal ?? `exit ${code}`}); starting it again in ${(delayMs / 1000).toFixed(1)} s. Its log: ${log.path}`)
      retry = setTimeout(start, delayMs)
    })
  }
  start()

  return {
    name,
    pid: () => child?.pid,
    failures: () => failures,
    lastLines: () => [...tail],
    async stop() {
      stopping = true
      clearTimeout(retry)
      await endChild(child)
      log.end()
    },
    kill() {
      stopping = true
      clearTimeout(retry)
      signalGroup(child, 'SIGKILL')
    },
  }
}

/** How Node is told to run a TypeScript file. */
export function typescriptArgs(file: string): string[] {
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, file]
}

async function endChild(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  const force = setTimeout(() => signalGroup(child, 'SIGKILL'), stopGraceMs)
  await ended
  clearTimeout(force)
  // What the child may have left behind in its group ends with it.
  signalGroup(child, 'SIGKILL')
}

function signalGroup(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (!child?.pid) return
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
  } catch (error) {
    // ESRCH: the group is empty already, which is what we want.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function openLogFile(file: string): WriteStream {
  mkdirSync(path.dirname(file), { recursive: true })
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > 20 * 1024 * 1024) renameSync(file, `${file}.1`)
  return createWriteStream(file, { flags: 'a' })
}

/** What of a child's output belongs on the terminal: errors. Everything is in the log file. */
function troubleOf(line: string): string | null {
  if (!line.startsWith('{')) return null
  try {
    const entry: { level?: number; msg?: string; err?: { message?: string } } = JSON.parse(line)
    if ((entry.level ?? 0) < 50) return null
    return [entry.msg, entry.err?.message].filter(Boolean).join(': ')
  } catch {
    // Not a log line of ours after all; it stays in the log file.
    return null
  }
}

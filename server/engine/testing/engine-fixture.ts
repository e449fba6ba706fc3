import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { emptyGraph, type Graph } from '#core/graph/graph'
import type { RunScope } from '#core/runs/scope'
import { isFinal, type Status } from '#core/runs/status'
import type { RunDetails, StageRunView } from '#core/runs/views'
import { systemActor } from '#db/queries/audit'
import { workflowVersions } from '#db/schema/workflow-versions'
import { workflows } from '#db/schema/workflows'
import type { House } from '#server/house'
import { readRun } from '../run-views'
import { startRun } from '../start-run'
import { testStages } from './test-stages'

/** What tests of the engine do again and again. */

export const stageEntry = new URL('./stage-entry.ts', import.meta.url)

type StageLine = [id: string, type: string, params?: Record<string, unknown>]

/** `edges` are "a.out -> b.a". */
export function graphOf(stages: StageLine[], edges: string[] = []): Graph {
  return {
    ...emptyGraph,
    stages: stages.map(([id, type, params = {}]) => ({ id, type, params })),
    edges: edges.map((edge) => {
      const [from = '', to = ''] = edge.split(' -> ')
      return { from, to }
    }),
  }
}

export async function saveGraph({ db }: House, graph: Graph): Promise<string> {
  const [workflow] = await db.insert(workflows).values({ name: 'Test' }).returning({ id: workflows.id })
  if (!workflow) throw new Error('no workflow')
  await db.insert(workflowVersions).values({ workflowId: workflow.id, number: 1, hash: 'x', graph })
  return workflow.id
}

export async function start(
  house: House,
  workflowId: string,
  { scope = { kind: 'all' }, overrides = {} }: { scope?: RunScope; overrides?: Record<string, unknown> } = {},
): Promise<string> {
  const input = { workflowId, scope, overrides, actor: systemActor, startedBy: null, trigger: 'api' } as const
  return (await startRun(house, testStages.findSpec, input)).id
}

/** Waits until `holds`, and says what it saw when it never does. */
export async function until<T>(look: () => Promise<T>, holds: (value: T) => boolean, timeoutMs = 120_000): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; ) {
    const value = await look()
    if (holds(value)) return value
    if (Date.now() > end) throw new Error(`never came about; last seen: ${JSON.stringify(value, null, 1)}`)
    await sleep(30)
  }
}

export function finished(house: House, runId: string, timeoutMs?: number): Promise<RunDetails> {
  return until(
    () => readRun(house.db, runId),
    ({ run }) => isFinal(run.status),
    timeoutMs,
  )
}

export async function runGraph(house: House, graph: Graph): Promise<RunDetails> {
  return finished(house, await start(house, await saveGraph(house, graph)))
}

export function statusesOf({ stages }: { stages: StageRunView[] }): Record<string, Status> {
  return Object.fromEntries(stages.map(({ stage, status }) => [stage, status]))
}

export function stageOf({ stages }: { stages: StageRunView[] }, id: string): StageRunView {
  const found = stages.find(({ stage }) => stage === id)
  if (!found) throw new Error(`no stage ${id}`)
  return found
}

/** A file in which stages leave marks. */
export function markFile(house: House): { file: string; marks(): string[] } {
  const file = path.join(mkdtempSync(path.join(house.env.home, 'marks-')), 'marks')
  return {
    file,
    marks() {
      try {
        return readFileSync(file, 'utf8').split('\n').filter(Boolean)
      } catch {
        // Nobody left a mark yet.
        return []
      }
    },
  }
}

/** Starts a worker as a process of its own and waits until it takes work. */
export async function forkWorker(house: House, { killAt }: { killAt?: string } = {}): Promise<ChildProcess> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const child = fork(new URL('./test-worker.ts', import.meta.url), [], {
    execArgv: ['--import', tsx],
    env: {
      ...process.env,
      DATABASE_URL: house.databaseUrl,
      STAGELINE_HOME: house.env.home,
      STAGELINE_ARTIFACTS: house.env.artifactsDir,
      STAGELINE_SECRET: 'a secret that is only good for the tests',
      STAGELINE_LOG_LEVEL: process.env.STAGELINE_LOG_LEVEL ?? 'silent',
      ...(killAt && { KILL_AT: killAt }),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('exit', (code, signal) => reject(new Error(`the worker ended: ${signal ?? code}`)))
  })
  return child
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => child.once('exit', resolve))
}

/** Workers of a test file: each a process of its own, ended in order, and by force if that takes too long. */
export function openWorkers() {
  const workers: ChildProcess[] = []
  return {
    async fork(house: House, options?: { killAt?: string }): Promise<ChildProcess> {
      const child = await forkWorker(house, options)
      workers.push(child)
      return child
    },
    async stopAll(): Promise<void> {
      await Promise.all(workers.splice(0).map(stopWorker))
    },
  }
}

async function stopWorker(worker: ChildProcess): Promise<void> {
  worker.kill('SIGTERM')
  const force = setTimeout(() => worker.kill('SIGKILL'), 10_000)
  await ended(worker)
  clearTimeout(force)
}

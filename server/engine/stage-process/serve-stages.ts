import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { AppError, toErrorRecord } from '#core/errors/app-error'
import { type OwnedFoldThreads, openFoldThreads } from '#server/folds/fold-threads'
import type { StageRun, StageSpec, TrialRun } from '#stages/define'
import { runStage, runTrial } from '../run-stage'
import { openWorkerCalls } from './call-worker'
import type { FromStage, StageTask, ToStage } from './messages'
import { openStageContext } from './stage-context'

export type StageRegistry = {
  findSpec(type: string): StageSpec | undefined
  findRun(type: string): StageRun<StageSpec> | undefined
  /** Of stages that search. */
  findTrial(type: string): TrialRun<StageSpec> | undefined
}

/**
 * A stage process: works on one task at a time until its worker kills it or goes away. It has no database;
 * being killed at any point is its normal end, because artifacts appear complete or not at all.
 */
export function serveStages(registry: StageRegistry): void {
  const send = (message: FromStage) => void process.send?.(message)
  const worker = openWorkerCalls(send)
  const folds = openFoldThreads()
  process.on('message', (message: ToStage) => {
    if (message.kind === 'work') void work(registry, message.task, { worker, folds, send })
    else worker.settle(message)
  })
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches everything on the terminal; what it means for a stage is the worker's to say.
  process.on('SIGINT', () => undefined)
  endWithParent()
  send({ kind: 'ready' })
}

type Parts = { worker: ReturnType<typeof openWorkerCalls>; folds: OwnedFoldThreads; send: (message: FromStage) => void }

async function work(registry: StageRegistry, task: StageTask, { worker, folds, send }: Parts): Promise<void> {
  const context = openStageContext(task, worker, folds, send)
  try {
    const [spec, run, trial] = [registry.findSpec(task.type), registry.findRun(task.type), registry.findTrial(task.type)]
    if (!spec || !run || (task.trial && !trial)) {
      throw new AppError('bad_workflow', {
        detail: `${task.title}: there is no stage type "${task.type}" in this version of Stageline. Remove the stage, or update Stageline.`,
      })
    }
    const raw = { id: task.stage.id, ...task }
    if (task.trial && trial) await runTrial(spec, trial, raw, task.trial, context.ctx)
    const outputs = task.trial ? {} : await runStage(spec, run, raw, context.ctx)
    context.close()
    send({ kind: 'done', outputs, figure: context.lastFigure() })
  } catch (error) {
    context.close()
    const id = randomUUID().slice(0, 8)
    const known = error instanceof AppError
    const bug = known ? {} : { bug: { id, stack: error instanceof Error ? stackOf(error) : String(error) } }
    send({ kind: 'failed', error: toErrorRecord(error, id), ...bug })
  }
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}

/**
 * A killed worker closes the channel, but a stage that computes without a pause does not hear of it. A thread does: it
 * looks whether the parent is still the same and ends the process, so that no orphan works on beside its successor.
 */
function endWithParent(): void {
  const watch = `
    const parent = ${process.ppid}
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL') }, 500)`
  new Worker(watch, { eval: true, stdout: false, stderr: false }).unref()
}

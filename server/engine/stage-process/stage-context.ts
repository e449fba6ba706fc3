import { type Report, reportSchema } from '#core/reports/report'
import { openArtifactStore } from '#server/artifacts/store'
import type { OwnedFoldThreads } from '#server/folds/fold-threads'
import { openModel } from '#server/onnx/run-model'
import { openTables, type Tables } from '#server/tables/open-tables'
import type { NodeFigure, StageContext } from '#stages/define'
import type { WorkerCalls } from './call-worker'
import type { FromStage, StageTask } from './messages'
import { stageRandom } from './random'

/** Progress messages are at least this far apart; the last one of a stage is not needed, because its end says more. */
const progressGapMs = 250
/** Longer lines of a log are cut. */
const lineLength = 4_000

/** All that one stage may touch, and what it said last about itself. */
export type OpenContext = { ctx: StageContext; lastFigure(): NodeFigure | null; close(): void }

/** Builds the StageContext of one task inside the stage process. */
export function openStageContext(
  task: StageTask,
  worker: Pick<WorkerCalls, 'calls' | 'secret'>,
  folds: OwnedFoldThreads,
  send: (message: FromStage) => void,
): OpenContext {
  const artifacts = openArtifactStore(task.artifactsDir)
  // A stage process is killed, never asked to stop: the signal is for stages that race their own time limits against it.
  const { signal } = new AbortController()
  const tables: Tables = openTables({ artifacts, scratch: task.scratch, signal, memoryMb: Math.min(2048, Math.ceil(task.memoryMb / 3)) })
  let figure: NodeFigure | null = null
  let saidAt = 0

  const ctx: StageContext = {
    artifacts,
    tables,
    onnx: { open: openModel },
    async report(title, report: Report, figures = []) {
      const artifact = await artifacts.write(JSON.stringify(reportSchema.parse(report)))
      return { kind: 'report', artifact, report: report.report, title, figures }
    },
    call: worker.calls,
    log: (level, text) => send({ kind: 'log', line: { level, text: text.slice(0, lineLength), at: Date.now() } }),
    progress(done, total, doing) {
      const now = Date.now()
      if (now - saidAt < progressGapMs) return
      saidAt = now
      send({ kind: 'progress', done, total, ...(doing !== undefined && { doing }) })
    },
    figure(next) {
      figure = next
      send({ kind: 'figure', figure: next })
    },
    random: stageRandom(task.seed, task.type),
    seed: task.seed,
    now: Date.now,
    secret: worker.secret,
    scratch: task.scratch,
    signal,
    threads: folds.upTo(task.threads, task.memoryMb),
    settings: { privateUrls: task.privateUrls },
    stage: task.stage,
  }
  return { ctx, lastFigure: () => figure, close: () => tables.close() }
}

import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import type { TableValue } from '#core/ports/kinds'
import { emptyPlan, type Plan } from '#core/ports/plan'
import { type Report, reportSchema } from '#core/reports/report'
import { openArtifactStore } from '#server/artifacts/store'
import { openModel } from '#server/onnx/run-model'
import type { ColumnValues } from '#server/tables/append-columns'
import { openTables, type Tables } from '#server/tables/open-tables'
import type { NodeFigure, StageCalls, StageContext } from './define'

/** What a test gets: a StageContext on a temporary folder with a real store and real tables, and what the stage said through it. */
export type TestStageContext = StageContext & {
  tables: Tables
  logs: { level: 'info' | 'warn' | 'error'; text: string }[]
  figures: NodeFigure[]
  progressed: { done: number; total: number; doing: string | undefined }[]
  /** A table value with an empty plan, or the one given. */
  table(columns: readonly ColumnValues[], plan?: Plan): Promise<TableValue>
  /** The report behind a report value, checked. */
  readReport<K extends Report['report']>(artifact: string, kind: K): Promise<Extract<Report, { report: K }>>
  /** Rows of a table as arrays of plain values, in column order. */
  cells(table: { artifact: string }): Promise<unknown[][]>
  dispose(): Promise<void>
}

export type TestStageOptions = {
  seed?: number
  now?: () => number
  signal?: AbortSignal
  secrets?: Record<string, string>
  /** Answers of the worker; a call without one fails the test. */
  calls?: Partial<StageCalls>
}

/** A StageContext for tests. Call `dispose` when done. */
export async function testStageContext(options: TestStageOptions = {}): Promise<TestStageContext> {
  const { seed = 42, now = () => 0, signal = new AbortController().signal, secrets = {}, calls = {} } = options
  const dir = await mkdtemp(path.join(os.tmpdir(), 'stage-'))
  const scratch = path.join(dir, 'scratch')
  await mkdir(scratch)
  const artifacts = openArtifactStore(path.join(dir, 'artifacts'))
  const tables = openTables({ artifacts, scratch, signal })
  const random = seededRandom(seed)
  const logs: TestStageContext['logs'] = []
  const figures: NodeFigure[] = []
  const progressed: TestStageContext['progressed'] = []
  const unanswered = (name: string) => () => Promise.reject(new Error(`the stage called ${name}, and the test gave no answer`))
  return {
    artifacts,
    tables,
    logs,
    figures,
    progressed,
    seed,
    now,
    random,
    scratch,
    signal,
    threads: null,
    settings: { privateUrls: true },
    onnx: { open: openModel },
    call: {
      dataSetVersion: unanswered('dataSetVersion'),
      registerModel: unanswered('registerModel'),
      deployModel: unanswered('deployModel'),
      searchTrials: unanswered('searchTrials'),
      trialScore: unanswered('trialScore'),
      ...calls,
    },
    async report(title, report, reportFigures = []) {
      const artifact = await artifacts.write(JSON.stringify(reportSchema.parse(report)))
      return { kind: 'report', artifact, report: report.report, title, figures: reportFigures }
    },
    log: (level, text) => void logs.push({ level, text }),
    progress: (done, total, doing) => void progressed.push({ done, total, doing }),
    figure: (figure) => void figures.push(figure),
    async secret(name) {
      const value = secrets[name]
      if (value === undefined)
        throw new AppError('bad_params', { detail: `There is no secret named "${name}". Add it under Settings, Secrets.` })
      return value
    },
    stage: { id: 'stage', title: 'Stage', runId: '00000000-0000-4000-8000-000000000000', workflow: 'Test' },
    async table(columns, plan = emptyPlan) {
      return { kind: 'table', ...(await tables.write(columns)), plan }
    },
    async readReport(artifact, kind) {
      const report = reportSchema.parse(JSON.parse(new TextDecoder().decode(await artifacts.read(artifact))))
      if (report.report !== kind) throw new Error(`expected a ${kind} report, got ${report.report}`)
      // The check above says which member of the union it is.
      return report as Extract<Report, { report: typeof kind }>
    },
    async cells({ artifact }) {
      return (await tables.rows('SELECT * FROM t', { t: artifact })).map((row) => Object.values(row))
    },
    async dispose() {
      tables.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** mulberry32 over the hash of the seed: uniform in [0, 1). */
function seededRandom(seed: number): () => number {
  let state = createHash('sha256').update(String(seed)).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

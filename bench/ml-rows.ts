import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setInterval as every } from 'node:timers/promises'
import type { TableValue } from '#core/ports/kinds'
import { emptyPlan } from '#core/ports/plan'
import { type Report, reportSchema } from '#core/reports/report'
import { openArtifactStore } from '#server/artifacts/store'
import { forkStageProcess, type Outcome, type StageProcess } from '#server/engine/stage-process/stage-process'
import { openTables } from '#server/tables/open-tables'
import { gradientBoosting } from '#stages/gradient-boosting/spec'
import type { BenchResult } from './bench'

const size = { rows: 1_000_000, columns: 50 }
const memoryMb = 4096
const timeoutMs = 1_800_000

/** A million rows through the stage Gradient boosting as a run would have it: its own process under its cap of memory, from the stored table to the stored model. */
export async function run(): Promise<BenchResult> {
  const what = `The stage Gradient boosting (defaults: 100 trees, calibrated on five folds) on a table of ${size.rows} rows and ${size.columns} number columns, in a stage process with a cap of ${memoryMb} MB; one run.`
  const folder = await mkdtemp(path.join(os.tmpdir(), 'stageline-bench-rows-'))
  try {
    const table = await makeTable(folder)
    const threads = Math.min(2, os.availableParallelism())
    const { outcome, peakMb, progress, seconds } = await runStage(folder, table, threads)
    if (!outcome.ok) return { what, figures: [], missed: [outcome.error.message] }
    const accuracy = await accuracyOf(folder, outcome)
    const figures = [
      { name: 'from the table to the model', value: seconds, unit: 's' },
      { name: 'threads', value: threads, unit: '' },
      { name: 'peak memory of the process', value: peakMb, unit: 'MB', bar: `<= ${memoryMb}` },
      { name: 'different shares of progress that were told', value: progress, unit: '', bar: '>= 20' },
      { name: 'accuracy out of fold', value: accuracy, unit: '', bar: '>= 0.9' },
    ]
    const missed = []
    if (peakMb > memoryMb) missed.push(`${Math.round(peakMb)} MB of memory, the cap is ${memoryMb}`)
    if (progress < 20) missed.push(`progress was told ${progress} times`)
    if (accuracy < 0.9) missed.push(`accuracy ${accuracy.toFixed(3)}, the bar is 0.9`)
    return { what, figures, missed }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Numbers from a hash of row and column, and two classes that hang on six of them; one label in twenty is drawn by lot. */
async function makeTable(folder: string): Promise<TableValue> {
  const tables = openTables({
    artifacts: openArtifactStore(path.join(folder, 'artifacts')),
    scratch: folder,
    signal: new AbortController().signal,
  })
  try {
    const draw = (salt: string) => `((hash(i, ${salt}) % 1000003) / 1000003.0)`
    const column = (k: number) => `${draw(String(k))}::FLOAT::DOUBLE AS c${k}`
    const columns = Array.from({ length: size.columns }, (_, k) => column(k)).join(', ')
    const score = 'c0 * c1 + sin(6 * c2) / 2 + CASE WHEN c3 > 0.6 THEN c4 ELSE -c5 END'
    const label = `CASE WHEN (${draw('100')} < 0.05 AND ${draw('101')} < 0.5) OR (${draw('100')} >= 0.05 AND ${score} > 0.1) THEN 'yes' ELSE 'no' END`
    const sql = `SELECT * EXCLUDE (i), ${label} AS label FROM (SELECT i, ${columns} FROM range(${size.rows}) r(i)) ORDER BY i`
    return { kind: 'table', ...(await tables.query(sql, {})), plan: emptyPlan }
  } finally {
    tables.close()
  }
}

type Measured = { outcome: Outcome; peakMb: number; progress: number; seconds: number }

async function runStage(folder: string, table: TableValue, threads: number): Promise<Measured> {
  const stages = forkStageProcess(new URL('../server/engine/stage-process/main.ts', import.meta.url), memoryMb)
  const told = new Set<number>()
  const watching = new AbortController()
  const peak = watchMemory(stages, watching.signal)
  const began = performance.now()
  const outcome = await stages.run(
    {
      type: gradientBoosting.type,
      title: gradientBoosting.title,
      params: { target: 'label' },
      version: gradientBoosting.version,
      inputs: { train: table },
      seed: 42,
      stage: { id: 'bench', title: gradientBoosting.title, runId: '00000000-0000-4000-8000-000000000000', workflow: 'Bench' },
      artifactsDir: path.join(folder, 'artifacts'),
      scratch: folder,
      memoryMb,
      threads,
      privateUrls: false,
    },
    { timeoutMs },
    {
      log: () => undefined,
      progress: ({ done, total }) => told.add(Math.round((100 * done) / total)),
      figure: () => undefined,
      call: () => Promise.reject(new Error('the stage called its worker')),
    },
    new AbortController().signal,
  )
  const seconds = (performance.now() - began) / 1000
  watching.abort()
  const peakMb = await peak
  stages.kill()
  return { outcome, peakMb, progress: told.size, seconds }
}

/** The most that the process held: by the system's own mark where it keeps one, else by a look every 50 ms. */
async function watchMemory(stages: StageProcess, signal: AbortSignal): Promise<number> {
  let most = 0
  try {
    for await (const _ of every(50, undefined, { signal })) most = Math.max(most, (await stages.residentMb()) ?? 0)
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return Math.max(most, highWaterMb(stages.pid))
}

function highWaterMb(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    // Only Linux has it, and only of a process that lives.
    return 0
  }
}

async function accuracyOf(folder: string, outcome: Extract<Outcome, { ok: true }>): Promise<number> {
  const { report } = outcome.outputs
  if (report?.kind !== 'report') throw new Error('the stage gave no report')
  const bytes = await openArtifactStore(path.join(folder, 'artifacts')).read(report.artifact)
  const read: Report = reportSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  if (read.report !== 'training' || !read.quality) throw new Error('the report holds no quality')
  return read.quality.accuracy
}

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { BenchResult, Figure } from './bench'
import { madeTable } from './parts-made-table'

const rounds = 5
const python = '/usr/bin/python3'
const here = import.meta.dirname
const tasks = [
  {
    task: 'boosting',
    what: '200,000 x 30, two classes, 100 trees of 31 leaves',
    train: 200_000,
    test: 50_000,
    columns: 30,
    classes: 2,
    bar: 1,
  },
  { task: 'boosting-5', what: 'the same with five classes', train: 200_000, test: 50_000, columns: 30, classes: 5, bar: 1 },
  { task: 'forest', what: 'a forest of 100 trees, 30,000 x 15', train: 30_000, test: 20_000, columns: 15, classes: 2, bar: 0.5 },
] as const
const bars = { auc: 0.003, memory: 1.5 }

type Measured = { seconds: number; auc: number; peakMb: number }

/** Boosted trees and forests on made tables against scikit-learn's HistGradientBoostingClassifier and RandomForestClassifier, one thread each. */
export async function run(): Promise<BenchResult> {
  const what = `Trees on tables that the benchmark makes: CPU seconds of one thread, ROC-AUC on rows not trained on, peak memory of the process; medians of ${rounds} runs that take turns with scikit-learn.`
  const hasPeer = await promisify(execFile)(python, ['-c', 'import sklearn']).then(
    () => true,
    () => false,
  )
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-bench-trees-'))
  const figures: Figure[] = []
  const missed: string[] = []
  try {
    for (const task of tasks) await measure(folder, task, hasPeer, figures, missed)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const note = hasPeer ? undefined : 'the peer was skipped: scikit-learn is not installed (apt-get install python3-sklearn)'
  return { what, figures, missed, ...(note && { note }) }
}

async function measure(folder: string, size: (typeof tasks)[number], hasPeer: boolean, figures: Figure[], missed: string[]): Promise<void> {
  const { task, what, train, test, columns, classes, bar } = size
  const { x, y } = madeTable(train + test, columns, classes)
  writeFileSync(path.join(folder, `${task}.json`), JSON.stringify({ train, test, columns, classes }))
  writeFileSync(path.join(folder, `${task}.x`), x)
  writeFileSync(path.join(folder, `${task}.y`), y)
  const [ours, peer]: [Measured[], Measured[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    ours.push(await measured(process.execPath, ['--import', 'tsx', path.join(here, 'parts-trees-ours.ts'), folder, task]))
    if (hasPeer) peer.push(await measured(python, [path.join(here, 'parts-trees-peer.py'), folder, task]))
  }
  const add = (name: string, runs: Measured[]) =>
    figures.push(
      { name: `${what}: ${name}`, value: median(runs, 'seconds'), unit: 's' },
      { name: `${what}: ${name}, ROC-AUC`, value: median(runs, 'auc'), unit: '' },
      { name: `${what}: ${name}, peak memory`, value: median(runs, 'peakMb'), unit: 'MB' },
    )
  add('stageline', ours)
  if (!hasPeer) return
  add('scikit-learn', peer)
  const [time, memory] = [median(ours, 'seconds') / median(peer, 'seconds'), median(ours, 'peakMb') / median(peer, 'peakMb')]
  figures.push(
    { name: `${what}: stageline / scikit-learn`, value: time, unit: 'x', bar: `<= ${bar}` },
    { name: `${what}: memory, stageline / scikit-learn`, value: memory, unit: 'x', bar: `<= ${bars.memory}` },
  )
  if (time > bar) missed.push(`${what}: ${time.toFixed(2)} x the peer's time, the bar is ${bar}`)
  if (memory > bars.memory) missed.push(`${what}: ${memory.toFixed(2)} x the peer's memory, the bar is ${bars.memory}`)
  if (median(ours, 'auc') < median(peer, 'auc') - bars.auc) missed.push(`${what}: ROC-AUC is more than ${bars.auc} below the peer's`)
}

async function measured(command: string, args: string[]): Promise<Measured> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const { stdout } = await promisify(execFile)(command, args, { env, cwd: path.dirname(here) })
  return JSON.parse(stdout)
}

function median(runs: Measured[], key: keyof Measured): number {
  return runs.map((run) => run[key]).sort((a, b) => a - b)[runs.length >> 1] ?? Number.NaN
}

import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { BenchResult, Figure } from './bench'
import { type Banking77, findBanking77 } from './parts-banking77'

const python = '/usr/bin/python3'
const here = import.meta.dirname
const root = path.dirname(here)

type Measured = Record<string, number>

/** One comparison: a task of parts-text-ours.ts and parts-text-peer.py, and the figure on which the bar stands. */
type Comparison = {
  task: 'vectorise' | 'row' | 'cross-validate' | 'train'
  what: string
  peer: string
  rounds: number
  figures: { key: string; name: string; unit: string /** Of ours to the peer's, which has the same key. */; bar?: number }[]
}

const comparisons: Comparison[] = [
  {
    task: 'vectorise',
    what: 'vectorise',
    peer: 'TfidfVectorizer',
    rounds: 5,
    figures: [
      { key: 'again', name: 'as a process does that has done it before (CPU)', unit: 's', bar: 0.7 },
      { key: 'first', name: 'as the first thing of a process (CPU)', unit: 's' },
    ],
  },
  {
    task: 'row',
    what: 'one row',
    peer: 'LinearSVC pipeline',
    rounds: 5,
    figures: [{ key: 'row', name: 'median time', unit: 'ms', bar: 0.25 }],
  },
  {
    task: 'train',
    what: 'training with its five folds',
    peer: 'LinearSVC pipeline, fitted once',
    rounds: 5,
    figures: [{ key: 'peakMb', name: 'peak memory of the process', unit: 'MB', bar: 1.5 }],
  },
  {
    task: 'cross-validate',
    what: '10-fold cross-validation on two threads',
    peer: 'cross_val_score(lbfgs, n_jobs=2)',
    rounds: 3,
    figures: [{ key: 'seconds', name: 'time', unit: 's', bar: 0.1 }],
  },
]
const accuracyPoints = 0.005

/** The text pipeline on Banking77 beside scikit-learn's: reading texts, one row as the gateway answers it, memory, and cross-validation. */
export async function run(): Promise<BenchResult> {
  const what =
    'Banking77, 10,003 questions, 77 classes, tf-idf of 1-2 words + logistic regression, each run in a process of its own; medians of 5 runs (of the cross-validation 3) that take turns with scikit-learn. One row is one record through the gateway’s model (ONNX Runtime, batching, preparing) after 3,000 others on either side, without HTTP.'
  const files = findBanking77()
  if (!files) return { what, figures: [], missed: [], note: 'skipped: no ../shared/data/banking77' }
  const hasPeer = await promisify(execFile)(python, ['-c', 'import sklearn, pandas']).then(
    () => true,
    () => false,
  )
  const figures: Figure[] = []
  const missed: string[] = []
  for (const comparison of comparisons) await compare(files, comparison, hasPeer, figures, missed)
  const note = hasPeer ? undefined : 'the peer was skipped: scikit-learn is not installed (apt-get install python3-sklearn python3-pandas)'
  return { what, figures, missed, ...(note && { note }) }
}

async function compare(files: Banking77, comparison: Comparison, hasPeer: boolean, figures: Figure[], missed: string[]): Promise<void> {
  const { task, what, peer, rounds } = comparison
  const [ours, theirs]: [Measured[], Measured[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    ours.push(await measured(process.execPath, ['--import', 'tsx', path.join(here, 'parts-text-ours.ts'), files.train, files.test, task]))
    if (hasPeer) theirs.push(await measured(python, [path.join(here, 'parts-text-peer.py'), files.train, files.test, task]))
  }
  for (const { key, name, unit, bar } of comparison.figures) {
    const mine = median(ours, key)
    figures.push({ name: `${what}, ${name}: stageline`, value: mine, unit })
    if (!hasPeer) continue
    const ratio = mine / median(theirs, key)
    figures.push(
      { name: `${what}, ${name}: ${peer}`, value: median(theirs, key), unit },
      { name: `${what}, ${name}: ratio`, value: ratio, unit: 'x', ...(bar !== undefined && { bar: `<= ${bar}` }) },
    )
    if (bar !== undefined && ratio > bar) missed.push(`${what}: ${ratio.toFixed(2)} x the peer’s ${name}, the bar is ${bar}`)
  }
  if (task !== 'cross-validate' || !hasPeer) return
  figures.push({ name: `${what}, accuracy: stageline`, value: median(ours, 'accuracy'), unit: '' })
  figures.push({ name: `${what}, accuracy: ${peer}`, value: median(theirs, 'accuracy'), unit: '' })
  if (median(ours, 'accuracy') < median(theirs, 'accuracy') - accuracyPoints)
    missed.push(`${what}: accuracy is more than 0.5 points below the peer’s`)
}

async function measured(command: string, args: string[]): Promise<Measured> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const { stdout } = await promisify(execFile)(command, args, { env, cwd: root })
  return JSON.parse(stdout)
}

function median(runs: readonly Measured[], key: string): number {
  return runs.map((run) => run[key] ?? Number.NaN).sort((a, b) => a - b)[runs.length >> 1] ?? Number.NaN
}

import { execFile } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TextStep } from '#core/ports/plan'
import type { ClassData, Fit } from '#ml/estimators/contract'
import { fitLinearSvm } from '#ml/estimators/linear-svm'
import { fitLogisticRegression } from '#ml/estimators/logistic-regression'
import { fitFeatures, transformFeatures } from '#ml/features/fit-plan'
import { readRawColumns } from '#ml/features/read-raw-columns'
import { type LinearModel, linearScores } from '#ml/models/linear'
import { argmaxRows } from '#ml/models/scores'
import type { BenchResult, Figure } from './bench'
import { type Banking77, findBanking77, readBanking77, wordsOfBanking77 as words } from './parts-banking77'

const rounds = 3
const bars = { lbfgs: 0.1, linearsvc: 1, svm: 1, accuracyPoints: 0.005 }
const python = '/usr/bin/python3'
const peerScript = path.join(path.dirname(fileURLToPath(import.meta.url)), 'parts-ml-peer.py')

/** CPU seconds, and accuracy on the test file. */
type Measured = { vectorise: number; train: number; accuracy: number; terms: number }
type Peer = 'lbfgs' | 'linearsvc'

/**
 * tf-idf of one and two words + logistic regression (C = 10) or linear SVM (C = 1) on Banking77 against scikit-learn's
 * LogisticRegression(lbfgs, C=10) and LinearSVC(C=1) on the same terms: CPU seconds of one thread, runs take turns, medians.
 */
export async function run(): Promise<BenchResult> {
  const what = `Banking77, 10,003 questions, 77 classes, tf-idf of 1-2 words: CPU seconds of one thread, median of ${rounds} runs that take turns with scikit-learn.`
  const files = findBanking77()
  if (!files) return { what, figures: [], missed: [], note: 'skipped: no ../shared/data/banking77' }
  const hasPeer = await promisify(execFile)(python, ['-c', 'import sklearn, pandas']).then(
    () => true,
    () => false,
  )
  const [ours, svm, lbfgs, linearsvc]: [Measured[], Measured[], Measured[], Measured[]] = [[], [], [], []]
  await ourRun(files, words, regression)
  await ourRun(files, words, machine)
  for (let round = 0; round < rounds; round++) {
    ours.push(await ourRun(files, words, regression))
    svm.push(await ourRun(files, words, machine))
    if (!hasPeer) continue
    linearsvc.push(await peerRun(files, 'linearsvc'))
    lbfgs.push(await peerRun(files, 'lbfgs'))
  }
  const withChars = await ourRun(files, { ...words, chars: { min: 2, max: 5 }, minRows: 2 }, regression)
  const figures: Figure[] = [
    ...figuresOf('stageline', ours),
    { name: 'stageline linear SVM: train', value: medianOf(svm, 'train'), unit: 's' },
    { name: 'stageline linear SVM: accuracy', value: medianOf(svm, 'accuracy'), unit: '' },
    { name: 'stageline with characters 2-5: train', value: withChars.train, unit: 's' },
    { name: 'stageline with characters 2-5: accuracy', value: withChars.accuracy, unit: '', bar: '>= 0.90' },
  ]
  const missed = withChars.accuracy < 0.9 ? ['accuracy with characters below 0.90'] : []
  if (!hasPeer)
    return {
      what,
      figures,
      missed,
      note: 'the peer was skipped: scikit-learn is not installed (apt-get install python3-sklearn python3-pandas)',
    }
  figures.push(...figuresOf('scikit-learn lbfgs', lbfgs), ...figuresOf('scikit-learn linearsvc', linearsvc))
  for (const [name, mine, peer, bar] of [
    ['train, stageline / lbfgs', ours, lbfgs, bars.lbfgs],
    ['train, stageline / linearsvc', ours, linearsvc, bars.linearsvc],
    ['train, stageline linear SVM / linearsvc', svm, linearsvc, bars.svm],
  ] as const) {
    const ratio = medianOf(mine, 'train') / medianOf(peer, 'train')
    figures.push({ name, value: ratio, unit: 'x', bar: `<= ${bar}` })
    if (ratio > bar) missed.push(`${name} is ${ratio.toFixed(2)}, the bar is ${bar}`)
  }
  if (medianOf(svm, 'accuracy') < medianOf(linearsvc, 'accuracy') - bars.accuracyPoints)
    missed.push('accuracy of the linear SVM is more than 0.5 points below linearsvc')
  if (medianOf(ours, 'accuracy') < medianOf(lbfgs, 'accuracy') - bars.accuracyPoints)
    missed.push('accuracy is more than 0.5 points below lbfgs')
  return { what, figures, missed }
}

type Learn = (data: ClassData) => Promise<Fit<LinearModel>>

const regression: Learn = (data) =>
  fitLogisticRegression({ c: 10, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 60 }, data, { seed: 1 })
const machine: Learn = (data) => fitLinearSvm({ c: 1, balanced: false, maxEpochs: 1_000 }, data, { seed: 1 })

async function ourRun({ train, test }: Banking77, step: TextStep, learn: Learn): Promise<Measured> {
  const [known, held] = [readBanking77(train), readBanking77(test)]
  const classes = [...new Set(known.labels)].sort()
  const y = Int32Array.from(known.labels, (label) => classes.indexOf(label))
  const texts = [...known.texts, ...held.texts]
  const rows = Int32Array.from(known.texts, (_, row) => row)
  const began = process.cpuUsage()
  const raw = await readRawColumns({ text: { type: 'text', values: texts.slice(0, rows.length), missing: new Uint8Array(rows.length) } }, [
    step,
  ])
  const features = await fitFeatures(raw, rows)
  const x = transformFeatures(features, raw, rows)
  const vectorise = secondsSince(began)
  const trainBegan = process.cpuUsage()
  const { state } = await learn({ x, y, classes: classes.length, weights: null })
  const seconds = secondsSince(trainBegan)
  // the test rows are read over the same columns, fitted on the training rows only
  const all = await readRawColumns({ text: { type: 'text', values: texts, missing: new Uint8Array(texts.length) } }, [step])
  const fitted = await fitFeatures(all, rows)
  const tests = transformFeatures(
    fitted,
    all,
    Int32Array.from(held.texts, (_, i) => rows.length + i),
  )
  const predicted = argmaxRows(linearScores(state, tests), classes.length)
  const right = predicted.filter((label, i) => classes[label] === held.labels[i]).length
  return { vectorise, train: seconds, accuracy: right / held.texts.length, terms: features.terms }
}

async function peerRun({ train, test }: Banking77, peer: Peer): Promise<Measured> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const { stdout } = await promisify(execFile)(python, [peerScript, train, test, peer], { env })
  return JSON.parse(stdout)
}

function figuresOf(name: string, runs: Measured[]): Figure[] {
  return [
    { name: `${name}: vectorise`, value: medianOf(runs, 'vectorise'), unit: 's' },
    { name: `${name}: train`, value: medianOf(runs, 'train'), unit: 's' },
    { name: `${name}: accuracy`, value: medianOf(runs, 'accuracy'), unit: '' },
    { name: `${name}: terms`, value: medianOf(runs, 'terms'), unit: '' },
  ]
}

function medianOf(runs: Measured[], key: keyof Measured): number {
  return runs.map((run) => run[key]).sort((a, b) => a - b)[runs.length >> 1] ?? Number.NaN
}

function secondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6
}

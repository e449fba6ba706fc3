import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { SparseRows } from '#ml/features/sparse-rows'
import { mostDoubleTerms, type NetworkLayer, type NetworkModel } from '#ml/models/network'
import { pause } from '#ml/pipeline/pause'
import { weightPerClass } from './class-weights'
import type { ClassData, Fit, FitContext } from './contract'
import { learnRow, lossOf, startNetwork, type Trainer, takeStep } from './network-trainer'
import { seededRandom, shuffle } from './random'

/** Fewer rows than this are too few to hold some back; then the training loss decides when to stop. */
const leastToHoldBack = 500
/** Passes without a gain of `leastGain` in the mean loss before it stops. */
const patience = 10
const leastGain = 1e-4
/** A mean loss above this is that of a network that gives its rows no chance at all, not of one that could be served. */
const mostLoss = 100
/** Beside so many terms, numbers must be scaled. */
const largestBesideTexts = 1_000
const mostWeights = 64_000_000
/** About 30 ms of work between two pauses. */
const productsPerPause = 10_000_000

/**
 * A multilayer perceptron with ReLU, softmax and cross-entropy, trained by Adam in batches: minimises the mean of logloss
 * plus l2 / 2 * |W|^2, biases unpenalised; as scikit-learn's MLPClassifier, with early stopping (Prechelt 1998) on a
 * tenth of the rows (from 500 rows on), whose best weights are kept. Throws AppError when the loss ends up absurd or no
 * number at all, for more than 64 million weights, or for unscaled numbers beside many texts.
 */
export async function fitNeuralNetwork(
  params: EstimatorParams<'neural-network'>,
  data: ClassData,
  { seed, signal, onShare }: FitContext,
): Promise<Fit<NetworkModel>> {
  const { hidden, layers, epochs } = params
  const { x, classes } = data
  refuseTooWide(x.terms, hidden)
  refuseUnscaled(x)
  const random = seededRandom(seed)
  const trainer = startNetwork([x.terms, ...new Array<number>(layers).fill(hidden), classes], random)
  const order = Int32Array.from(data.y.keys())
  shuffle(order, random)
  const heldBack = order.length < leastToHoldBack ? 0 : Math.floor(order.length / 10)
  const [held, train] = [order.subarray(0, heldBack), order.subarray(heldBack)]
  const work = { products: 0, signal }
  const loss: Fit['loss'] = []
  let best = { loss: Number.POSITIVE_INFINITY, epoch: 0, layers: trainer.layers }
  let epoch = 0
  while (epoch < epochs && epoch - best.epoch < patience) {
    epoch += 1
    shuffle(train, random)
    const trained = await trainOnce(trainer, data, train, params, work)
    if (!Number.isFinite(trained)) throw diverged(params.learningRate)
    loss.push({ epoch, loss: trained })
    const measured = held.length === 0 ? trained : await meanLoss(trainer, data, held, work)
    if (measured < best.loss - leastGain) best = { loss: measured, epoch, layers: copyOf(trainer.layers) }
    onShare?.(epoch / epochs)
  }
  if (!(best.loss < mostLoss)) throw diverged(params.learningRate)
  return {
    state: { shape: 'network', layers: best.layers, terms: x.terms, outputs: classes },
    loss,
    notes: notesOn(best.loss, epoch, epochs, best.epoch, data, held.length),
  }
}

type Work = { products: number; signal: AbortSignal | undefined }

/** One pass over the training rows in batches; the mean loss before each step. */
async function trainOnce(
  trainer: Trainer,
  { x, y, weights }: ClassData,
  rows: Int32Array,
  { batch, learningRate, l2 }: EstimatorParams<'neural-network'>,
  work: Work,
): Promise<number> {
  const total = rows.reduce((sum, row) => sum + (weights?.[row] ?? 1), 0)
  const perRow = total / rows.length
  let loss = 0
  for (let from = 0; from < rows.length; from += batch) {
    const part = rows.subarray(from, from + batch)
    for (const row of part) {
      const weight = weights?.[row] ?? 1
      loss += weight * learnRow(trainer, x, row, y[row] ?? 0, weight / (perRow * part.length))
      if (isPauseDue(work, trainer.layers, (x.ptr[row + 1] ?? 0) - (x.ptr[row] ?? 0), 3)) await pause(work.signal)
    }
    takeStep(trainer, { learningRate, l2 })
  }
  return loss / total
}

async function meanLoss(trainer: Trainer, { x, y, weights }: ClassData, rows: Int32Array, work: Work): Promise<number> {
  let [loss, total] = [0, 0]
  for (const row of rows) {
    const weight = weights?.[row] ?? 1
    loss += weight * lossOf(trainer, x, row, y[row] ?? 0)
    total += weight
    if (isPauseDue(work, trainer.layers, (x.ptr[row + 1] ?? 0) - (x.ptr[row] ?? 0), 1)) await pause(work.signal)
  }
  return loss / total
}

/** Counts the products that a row of `entries` terms cost, and says when they have become many. */
function isPauseDue(work: Work, layers: readonly NetworkLayer[], entries: number, passes: number): boolean {
  for (const [i, { inputs, outputs }] of layers.entries()) work.products += passes * (i === 0 ? entries : inputs) * outputs
  if (work.products < productsPerPause) return false
  work.products = 0
  return true
}

function copyOf(layers: readonly NetworkLayer[]): NetworkLayer[] {
  return layers.map((layer) => ({ ...layer, weights: layer.weights.slice(), bias: layer.bias.slice() }))
}

function notesOn(loss: number, epoch: number, epochs: number, best: number, { y, classes, weights }: ClassData, held: number): string[] {
  const perClass = weightPerClass(y, classes, weights)
  const total = perClass.reduce((sum, weight) => sum + weight, 0)
  const guessing = perClass.reduce((sum, weight) => sum - (weight > 0 ? (weight / total) * Math.log(weight / total) : 0), 0)
  const rows = held > 0 ? `${held} rows held back` : 'the training rows'
  const notes = epoch < epochs ? [`The weights of pass ${best} of ${epoch} are kept: after it, ${rows} were predicted no better.`] : []
  if (loss > guessing) {
    notes.push(
      'The network predicts no better than the shares of the classes do: its columns say little about the target, or their numbers need scaling.',
    )
  }
  return notes
}

function diverged(learningRate: number): AppError {
  return new AppError('bad_input', {
    detail: `The training did not settle: scale the number columns, or lower the learning rate of ${learningRate}.`,
    hint: { param: 'learningRate' },
  })
}

/** With so many terms the .onnx sums them in float32, which has too few digits for a large number beside small ones. */
function refuseUnscaled(x: SparseRows): void {
  if (x.terms <= mostDoubleTerms) return
  const largest = x.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest <= largestBesideTexts) return
  throw new AppError('bad_input', {
    detail: `A number column reaches ${largest.toPrecision(3)} beside texts, which is too large for a neural network of ${x.terms.toLocaleString('en')} terms: set the scale of the number features to "standard".`,
    hint: { param: 'scale' },
  })
}

function refuseTooWide(terms: number, hidden: number): void {
  if (terms * hidden <= mostWeights) return
  throw new AppError('out_of_memory', {
    detail: `${terms.toLocaleString('en')} terms and ${hidden} units make ${(terms * hidden).toLocaleString('en')} weights, more than the ${mostWeights.toLocaleString('en')} allowed: lower "most terms" of the text features, or take fewer units.`,
    hint: { param: 'hidden' },
  })
}

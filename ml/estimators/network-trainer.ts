import type { SparseRows } from '#ml/features/sparse-rows'
import { forward, type NetworkLayer } from '#ml/models/network'

/** First and second moments of the gradients of one array, and the gradients themselves. */
type Moments = { first: Float32Array; second: Float32Array }

/** A network while it learns. */
export type Trainer = {
  layers: NetworkLayer[]
  weights: Moments[]
  bias: Moments[]
  /** Gradient per layer; of the first layer only the terms of the batch, one after the other as in `touched`. */
  gradients: Float64Array[]
  biasGradients: Float64Array[]
  /** What each layer gives for the row at hand, and how the loss changes with it. */
  sums: Float64Array[]
  deltas: Float64Array[]
  /** Per term its place in `touched`, or -1. */
  slots: Int32Array
  touched: number[]
  steps: number
}

export type TrainerSettings = { learningRate: number; l2: number }

const decay = { first: 0.9, second: 0.999 }
const smallest = 1e-8

/** Weights uniform within sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010, equation 16), biases 0. */
export function startNetwork(sizes: readonly number[], random: () => number): Trainer {
  const layers = sizes.slice(1).map((outputs, i): NetworkLayer => {
    const inputs = sizes[i] ?? 0
    const bound = Math.sqrt(6 / (inputs + outputs))
    const weights = new Float32Array(inputs * outputs)
    for (let at = 0; at < weights.length; at++) weights[at] = (2 * random() - 1) * bound
    return { weights, bias: new Float32Array(outputs), inputs, outputs }
  })
  const moments = (length: number): Moments => ({ first: new Float32Array(length), second: new Float32Array(length) })
  const perLayer = () => layers.map(({ outputs }) => new Float64Array(outputs))
  return {
    layers,
    weights: layers.map(({ weights }) => moments(weights.length)),
    bias: layers.map(({ bias }) => moments(bias.length)),
    gradients: layers.map(({ weights }, i) => new Float64Array(i === 0 ? 0 : weights.length)),
    biasGradients: perLayer(),
    sums: perLayer(),
    deltas: perLayer(),
    slots: new Int32Array(sizes[0] ?? 0).fill(-1),
    touched: [],
    steps: 0,
  }
}

/** Cross-entropy of one row with class `label`; what the last layer gives becomes probabilities. */
export function lossOf({ layers, sums }: Trainer, x: SparseRows, row: number, label: number): number {
  forward(layers, sums, x, row)
  const logits = sums.at(-1) ?? new Float64Array(0)
  let peak = Number.NEGATIVE_INFINITY
  for (const logit of logits) peak = Math.max(peak, logit)
  const own = logits[label] ?? 0
  let sum = 0
  for (let k = 0; k < logits.length; k++) {
    const e = Math.exp((logits[k] ?? 0) - peak)
    logits[k] = e
    sum += e
  }
  for (let k = 0; k < logits.length; k++) logits[k] = (logits[k] ?? 0) / sum
  return Math.log(sum) + peak - own
}

/** Adds the gradient of one row's loss times `weight` and returns the loss. */
export function learnRow(trainer: Trainer, x: SparseRows, row: number, label: number, weight: number): number {
  const { layers, sums, deltas, gradients, biasGradients } = trainer
  const loss = lossOf(trainer, x, row, label)
  const last = layers.length - 1
  const [top, probabilities] = [deltas[last], sums[last]]
  if (top && probabilities) for (let k = 0; k < top.length; k++) top[k] = weight * ((probabilities[k] ?? 0) - (k === label ? 1 : 0))
  for (let i = last; i >= 0; i--) {
    const delta = deltas[i] ?? new Float64Array(0)
    const bias = biasGradients[i] ?? new Float64Array(0)
    for (let o = 0; o < delta.length; o++) bias[o] = (bias[o] ?? 0) + (delta[o] ?? 0)
    const [layer, gradient, below, belowDelta] = [layers[i], gradients[i], sums[i - 1], deltas[i - 1]]
    if (layer && gradient && below && belowDelta) stepBack(layer, gradient, delta, below, belowDelta)
  }
  learnTerms(trainer, x, row)
  return loss
}

/** Gradient of a layer between two layers, and the delta of the one below; where that gave 0, ReLU lets nothing through. */
function stepBack(
  { weights, outputs }: NetworkLayer,
  gradient: Float64Array,
  delta: Float64Array,
  below: Float64Array,
  belowDelta: Float64Array,
): void {
  for (let from = 0; from < below.length; from++) {
    const value = below[from] ?? 0
    const at = from * outputs
    let sum = 0
    if (value !== 0) {
      for (let o = 0; o < outputs; o++) {
        const d = delta[o] ?? 0
        sum += (weights[at + o] ?? 0) * d
        gradient[at + o] = (gradient[at + o] ?? 0) + value * d
      }
    }
    belowDelta[from] = sum
  }
}

/** Gradient of the first layer, for the terms that the row holds. */
function learnTerms(trainer: Trainer, x: SparseRows, row: number): void {
  const { slots, touched } = trainer
  const delta = trainer.deltas[0] ?? new Float64Array(0)
  for (let j = x.ptr[row] ?? 0, end = x.ptr[row + 1] ?? 0; j < end; j++) {
    const term = x.ids[j] ?? 0
    const value = x.values[j] ?? 0
    let slot = slots[term] ?? -1
    if (slot < 0) {
      slot = touched.push(term) - 1
      slots[term] = slot
    }
    const at = slot * delta.length
    const gradient = roomFor(trainer, at + delta.length)
    for (let h = 0; h < delta.length; h++) gradient[at + h] = (gradient[at + h] ?? 0) + value * (delta[h] ?? 0)
  }
}

function roomFor(trainer: Trainer, length: number): Float64Array {
  const gradient = trainer.gradients[0] ?? new Float64Array(0)
  if (gradient.length >= length) return gradient
  const larger = new Float64Array(Math.max(length, gradient.length * 2))
  larger.set(gradient)
  trainer.gradients[0] = larger
  return larger
}

/**
 * One step of Adam (Kingma and Ba 2015, algorithm 1) along the gradients since the last step, which become 0. In the first
 * layer only terms of the batch move, so that a step costs no more than its rows.
 */
export function takeStep(trainer: Trainer, { learningRate, l2 }: TrainerSettings): void {
  const { layers, weights, bias, gradients, biasGradients, slots, touched } = trainer
  trainer.steps += 1
  const rate = (learningRate * Math.sqrt(1 - decay.second ** trainer.steps)) / (1 - decay.first ** trainer.steps)
  for (const [i, layer] of layers.entries()) {
    const [moments, biasMoments, gradient, biasGradient] = [weights[i], bias[i], gradients[i], biasGradients[i]]
    if (!moments || !biasMoments || !gradient || !biasGradient) continue
    move(layer.bias, 0, biasGradient, 0, layer.outputs, biasMoments, rate, 0)
    if (i > 0) move(layer.weights, 0, gradient, 0, gradient.length, moments, rate, l2)
    else {
      for (const [slot, term] of touched.entries()) {
        move(layer.weights, term * layer.outputs, gradient, slot * layer.outputs, layer.outputs, moments, rate, l2)
        slots[term] = -1
      }
      touched.length = 0
    }
  }
}

/** Moves `length` values from `at` along their gradients from `from`. */
function move(
  values: Float32Array,
  at: number,
  gradient: Float64Array,
  from: number,
  length: number,
  { first, second }: Moments,
  rate: number,
  l2: number,
): void {
  for (let i = 0; i < length; i++) {
    const value = values[at + i] ?? 0
    const g = (gradient[from + i] ?? 0) + l2 * value
    const m = decay.first * (first[at + i] ?? 0) + (1 - decay.first) * g
    const v = decay.second * (second[at + i] ?? 0) + (1 - decay.second) * g * g
    first[at + i] = m
    second[at + i] = v
    values[at + i] = value - (rate * m) / (Math.sqrt(v) + smallest)
    gradient[from + i] = 0
  }
}

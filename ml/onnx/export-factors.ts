import { type FactorModel, smallestDivisor } from '#ml/models/factors'
import type { FeatureTensors } from './export-features'
import type { GraphBuilder } from './graph-builder'

const double = 11
const float = 1

/**
 * Scores of a factor model, [N, items], as factorScores. The conjugate gradients are unrolled, and in double precision,
 * because each step divides by what the steps before have left over.
 */
export function exportFactors(graph: GraphBuilder, model: FactorModel, features: FeatureTensors): string {
  const { terms, bias } = model
  const had = features.dense()
  const biases = graph.constant([1, terms], bias)
  return model.size === 0
    ? graph.add('Add', [graph.add('Mul', [had, graph.float(0)]), biases])
    : graph.add('Add', [foldedScores(graph, model, had), biases])
}

/** x Y' for the folded-in factors x of each row, [N, items]. */
function foldedScores(graph: GraphBuilder, { factors, size, gram, confidence, steps, terms }: FactorModel, had: string): string {
  const scalar = (value: number) => graph.constant([], Float64Array.of(value))
  const mul = (a: string, b: string) => graph.add('Mul', [a, b])
  const dot = (a: string, b: string) => graph.add('ReduceSum', [mul(a, b), graph.ints(1)], { keepdims: 1 })
  const [extra, least] = [scalar(confidence), scalar(smallestDivisor)]
  const quotient = (a: string, b: string) => graph.add('Div', [a, graph.add('Max', [b, least])])

  const items = graph.add('Cast', [graph.constant([terms, size], factors)], { to: double })
  const itemsAcross = graph.add('Transpose', [items], { perm: { ints: [1, 0] } })
  const whole = graph.constant([size, size], gram)
  const mask = graph.add('Cast', [had], { to: double })

  let residual = mul(graph.add('MatMul', [mask, items]), scalar(1 + confidence))
  let direction = residual
  let left = dot(residual, residual)
  let x = ''
  for (let step = 0; step < steps; step++) {
    const reach = mul(graph.add('MatMul', [direction, itemsAcross]), mask)
    const product = graph.add('Add', [graph.add('MatMul', [direction, whole]), mul(graph.add('MatMul', [reach, items]), extra)])
    const rate = quotient(left, dot(direction, product))
    const moved = mul(rate, direction)
    x = x === '' ? moved : graph.add('Add', [x, moved])
    if (step === steps - 1) break
    residual = graph.add('Sub', [residual, mul(rate, product)])
    const next = dot(residual, residual)
    direction = graph.add('Add', [residual, mul(quotient(next, left), direction)])
    left = next
  }
  return graph.add('Cast', [graph.add('MatMul', [x, itemsAcross])], { to: float })
}

import { type Calibration, leastSum } from '#ml/calibration/calibration'
import type { Curve } from '#ml/calibration/isotonic'
import { smallestProbability } from '#ml/calibration/log-odds'
import type { FittedClassifier } from '#ml/pipeline/fitted-pipeline'
import type { GraphBuilder } from './graph-builder'
import type { OnnxValueInfo } from './onnx-model'

/**
 * Adds the outputs `probabilities` and `label` of a classifier, from its scores [N, K]. They have no shapes: the web
 * runtime refuses a declared shape that the native one forgives.
 */
export function exportAnswers(graph: GraphBuilder, scores: string, { classes, calibration, threshold }: FittedClassifier): OnnxValueInfo[] {
  exportProbabilities(graph, scores, calibration, classes.length)
  const best = threshold
    ? graph.add('Where', [
        graph.add('GreaterOrEqual', [
          graph.add('Gather', ['probabilities', graph.int(threshold.positive)], { axis: 1 }),
          graph.float(threshold.threshold),
        ]),
        graph.int(threshold.positive),
        graph.int(1 - threshold.positive),
      ])
    : graph.add('ArgMax', ['probabilities'], { axis: 1, keepdims: 0 })
  graph.output('label', 'Gather', [graph.constant([classes.length], classes), best])
  return [
    { name: 'label', type: 'string' },
    { name: 'probabilities', type: 'float' },
  ]
}

/** The web runtime adds one after the other in float32: among more classes than these, such as items, that is felt. */
const mostFloatClasses = 1_000
const float = 1
const double = 11

function exportProbabilities(graph: GraphBuilder, scores: string, calibration: Calibration, classes: number): void {
  switch (calibration.method) {
    case 'temperature': {
      const { temperature } = calibration
      const logits = temperature === 1 ? scores : graph.add('Mul', [scores, graph.float(1 / temperature)])
      if (classes <= mostFloatClasses) {
        graph.output('probabilities', 'Softmax', [logits], { axis: 1 })
        return
      }
      const shares = graph.add('Softmax', [graph.add('Cast', [logits], { to: double })], { axis: 1 })
      graph.output('probabilities', 'Cast', [shares], { to: float })
      return
    }
    case 'sigmoid': {
      const { odds } = exportLogOdds(graph, scores, classes)
      const against = graph.add('Sub', [
        graph.constant(
          [1, classes],
          calibration.intercepts.map((value) => -value),
        ),
        graph.add('Mul', [odds, graph.constant([1, classes], calibration.slopes)]),
      ])
      const logits = graph.add('Neg', [graph.add('Softplus', [against])])
      graph.output('probabilities', 'Softmax', [logits], { axis: 1 })
      return
    }
    case 'isotonic': {
      const { odds, softmax } = exportLogOdds(graph, scores, classes)
      const values = exportCurves(graph, odds, calibration.curves)
      const sum = graph.add('ReduceSum', [values, graph.ints(1)], { keepdims: 1 })
      const missing = graph.add('Relu', [graph.add('Sub', [graph.float(leastSum), sum])])
      const filled = graph.add('Add', [values, graph.add('Mul', [missing, softmax])])
      graph.output('probabilities', 'Div', [filled, graph.add('Add', [sum, missing])])
      return
    }
  }
}

/** As logOddsRows; also the probabilities before calibration. */
function exportLogOdds(graph: GraphBuilder, scores: string, classes: number): { odds: string; softmax: string } {
  const softmax = graph.add('Softmax', [scores], { axis: 1 })
  const top = graph.add('ArgMax', [softmax], { axis: 1, keepdims: 1 })
  const isTop = graph.add('Equal', [
    top,
    graph.constant(
      [1, classes],
      BigInt64Array.from({ length: classes }, (_, k) => BigInt(k)),
    ),
  ])
  const others = graph.add('Where', [isTop, graph.float(0), softmax])
  const beside = graph.add('Where', [
    isTop,
    graph.add('ReduceSum', [others, graph.ints(1)], { keepdims: 1 }),
    graph.add('Sub', [graph.float(1), softmax]),
  ])
  const logOf = (value: string) => graph.add('Log', [graph.add('Max', [value, graph.float(smallestProbability)])])
  return { odds: graph.add('Sub', [logOf(softmax), logOf(beside)]), softmax }
}

/** Each curve as its lowest value and a ramp per rise, each of which is 0 before it and whole after it. [N, K] -> [N, K]. */
function exportCurves(graph: GraphBuilder, odds: string, curves: readonly Curve[]): string {
  const ramps = curves.map(({ x, y }) =>
    Array.from(x.keys())
      .slice(1)
      .map((i) => ({ from: x[i - 1] ?? 0, width: (x[i] ?? 0) - (x[i - 1] ?? 0), rise: (y[i] ?? 0) - (y[i - 1] ?? 0) }))
      .filter(({ rise }) => rise > 0),
  )
  const most = Math.max(1, ...ramps.map((list) => list.length))
  const table = (pick: (ramp: { from: number; width: number; rise: number }) => number) =>
    graph.constant(
      [1, curves.length, most],
      Float32Array.from(ramps.flatMap((list) => Array.from({ length: most }, (_, i) => pick(list[i] ?? { from: 0, width: 1, rise: 0 })))),
    )
  const along = graph.add('Mul', [
    graph.add('Sub', [graph.add('Unsqueeze', [odds, graph.ints(2)]), table(({ from }) => from)]),
    table(({ width }) => 1 / width),
  ])
  const part = graph.add('Clip', [along, graph.float(0), graph.float(1)])
  const risen = graph.add('ReduceSum', [graph.add('Mul', [part, table(({ rise }) => rise)]), graph.ints(2)], { keepdims: 0 })
  const lowest = Float32Array.from(curves, ({ y }) => y[0] ?? 0)
  return graph.add('Add', [risen, graph.constant([1, curves.length], lowest)])
}

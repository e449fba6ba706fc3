import type { NumberBlock } from '#ml/features/number-block'
import type { NumberCurve } from '#ml/features/number-curve'
import type { GraphBuilder } from './graph-builder'

/** Weights [terms][outputs] of a block's terms. */
type WeightsOf = (block: NumberBlock) => Float32Array
/** The numbers that a block reads, [N, 1]. */
type NumbersOf = (block: NumberBlock) => string

/** [N, terms]: the scaled value or its range, and whether it was missing. */
export function denseNumber(graph: GraphBuilder, block: NumberBlock, raw: string): string {
  const { isMissing, filled } = fillNumbers(graph, raw, graph.float(block.fill))
  const value = curved(graph, block, filled)
  return block.hasIndicator ? graph.add('Concat', [value, graph.add('Cast', [isMissing], { to: 1 })], { axis: 1 }) : value
}

/** All number columns times their weights, [N, outputs]: those that are only shifted and scaled in one product, the others one by one. */
export function exportNumbers(
  graph: GraphBuilder,
  blocks: readonly NumberBlock[],
  { weightsOf, numbersOf, outputs }: { weightsOf: WeightsOf; numbersOf: NumbersOf; outputs: number },
): string[] {
  const parts = blocks
    .filter(({ curve }) => curve !== null)
    .map((block) =>
      graph.add('MatMul', [denseNumber(graph, block, numbersOf(block)), graph.constant([block.terms, outputs], weightsOf(block))]),
    )
  const straight = blocks.filter(({ curve }) => curve === null)
  if (straight.length > 0) parts.push(exportStraight(graph, straight, straight.map(numbersOf), weightsOf, outputs))
  return parts
}

/** Number columns side by side: fill, centre, scale, then one product; and one more for the missing ones. */
function exportStraight(
  graph: GraphBuilder,
  blocks: readonly NumberBlock[],
  columns: readonly string[],
  weightsOf: WeightsOf,
  outputs: number,
): string {
  const width = blocks.length
  const vector = (pick: (block: NumberBlock) => number) => graph.constant([width], Float32Array.from(blocks, pick))
  const matrix = (row: number) => {
    const rows = blocks.map((block) =>
      row < block.terms ? weightsOf(block).subarray(row * outputs, (row + 1) * outputs) : new Float32Array(outputs),
    )
    return graph.constant([width, outputs], Float32Array.from(rows.flatMap((part) => [...part])))
  }
  const raw = width === 1 ? (columns[0] ?? '') : graph.add('Concat', columns, { axis: 1 })
  const { isMissing, filled } = fillNumbers(
    graph,
    raw,
    vector(({ fill }) => fill),
  )
  const scaled = graph.add('Mul', [graph.add('Sub', [filled, vector(({ center }) => center)]), vector(({ factor }) => factor)])
  const product = graph.add('MatMul', [scaled, matrix(0)])
  if (!blocks.some(({ hasIndicator }) => hasIndicator)) return product
  return graph.add('Add', [product, graph.add('MatMul', [graph.add('Cast', [isMissing], { to: 1 }), matrix(1)])])
}

/** Infinite numbers count as missing. */
function fillNumbers(graph: GraphBuilder, raw: string, fill: string): { isMissing: string; filled: string } {
  const isMissing = graph.add('Or', [graph.add('IsNaN', [raw]), graph.add('IsInf', [raw])])
  return { isMissing, filled: graph.add('Where', [isMissing, fill, raw]) }
}

/** `filled` [N, 1] -> the block's terms but the indicator. A value that stays missing is NaN, or in no range. */
function curved(graph: GraphBuilder, { center, factor, curve, fill }: NumberBlock, filled: string): string {
  switch (curve?.kind) {
    case undefined: {
      const centred = center === 0 ? filled : graph.add('Sub', [filled, graph.float(center)])
      return factor === 1 ? centred : graph.add('Mul', [centred, graph.float(factor)])
    }
    case 'log': {
      const length = graph.add('Log', [graph.add('Add', [graph.add('Abs', [filled]), graph.float(1)])])
      const isBelow = graph.add('Less', [filled, graph.float(0)])
      return graph.add('Where', [isBelow, graph.add('Neg', [length]), length])
    }
    case 'quantile': {
      const share = exportQuantile(graph, curve, filled)
      return Number.isNaN(fill) ? graph.add('Where', [graph.add('IsNaN', [filled]), graph.float(Number.NaN), share]) : share
    }
    case 'bins': {
      const ranges = curve.edges.length + 1
      const found = countKnots(graph, 'GreaterOrEqual', filled, curve.edges)
      const range = Number.isNaN(fill) ? graph.add('Where', [graph.add('IsNaN', [filled]), graph.int(ranges), found]) : found
      const columns = new Float32Array((ranges + 1) * ranges)
      for (let i = 0; i < ranges; i++) columns[i * ranges + i] = 1
      return graph.add('Gather', [graph.constant([ranges + 1, ranges], columns), graph.add('Reshape', [range, graph.ints(-1)])])
    }
  }
}

function exportQuantile(graph: GraphBuilder, curve: Extract<NumberCurve, { kind: 'quantile' }>, value: string): string {
  const below = countKnots(graph, 'Greater', value, curve.knots)
  const piece = graph.add('Add', [below, countKnots(graph, 'GreaterOrEqual', value, curve.knots)])
  const [base = '', from = '', slope = ''] = [curve.base, curve.from, curve.slope].map((table) =>
    graph.add('Gather', [graph.constant([table.length], table), piece]),
  )
  const step = graph.add('Mul', [graph.add('Sub', [graph.add('Cast', [value], { to: 11 }), from]), slope])
  return graph.add('Cast', [graph.add('Add', [base, step])], { to: 1 })
}

/** [N, 1]: how many of the numbers each value passes; NaN passes none. */
function countKnots(graph: GraphBuilder, operator: 'Greater' | 'GreaterOrEqual', value: string, knots: Float32Array): string {
  // no value is infinite here, and a tensor without columns is what runtimes treat apart
  const row = knots.length > 0 ? knots : Float32Array.of(Number.POSITIVE_INFINITY)
  const passes = graph.add(operator, [value, graph.constant([1, row.length], row)])
  return graph.add('ReduceSum', [graph.add('Cast', [passes], { to: 7 }), graph.ints(1)], { keepdims: 1 })
}

import { largestValue, type NeighbourModel, smallestSquare } from '#ml/models/neighbours'
import { smallestDistance, tieShare } from '#ml/models/vote'
import type { FeatureTensors } from './export-features'
import type { GraphBuilder } from './graph-builder'

const double = 11
const float = 1
const bool = 9

/** Scores of the nearest neighbours, [N, outputs]. The same steps as neighbourScores and countVotes, in the same precision. */
export function exportNeighbours(graph: GraphBuilder, model: NeighbourModel, features: FeatureTensors): string {
  const { distances, length } = exportDistances(graph, model, features.dense())
  const { nearest, tie } = chooseNearest(graph, model, distances, length)
  const weights = voteWeights(graph, model, graph.add('GatherElements', [distances, nearest], { axis: 1 }), tie)
  return shareVotes(graph, model, graph.add('Gather', [labelsOf(graph, model), nearest]), weights)
}

/** Distances to all training rows [N, count] and length of each query [N, 1], float32. */
function exportDistances(graph: GraphBuilder, model: NeighbourModel, dense: string): { distances: string; length: string } {
  const { count, terms } = model
  const toDouble = (value: string) => graph.add('Cast', [value], { to: double })
  const toFloat = (value: string) => graph.add('Cast', [value], { to: float })
  const number = (value: number) => graph.constant([], Float64Array.of(value))
  const sumSquares = (value: string) => graph.add('ReduceSumSquare', [value, graph.ints(1)], { keepdims: 1 })
  const bounded = toDouble(graph.add('Clip', [dense, graph.float(-largestValue), graph.float(largestValue)]))
  const before = sumSquares(bounded)
  const isCosine = model.metric === 'cosine'
  const scaled = isCosine ? graph.add('Div', [bounded, graph.add('Sqrt', [graph.add('Max', [before, number(smallestSquare)])])]) : bounded
  const query = toDouble(toFloat(graph.add('Sub', [scaled, graph.constant([1, terms], Float64Array.from(model.shift))])))
  const isZero = toDouble(graph.add('Equal', [before, number(0)]))
  const square = isCosine ? graph.add('Add', [sumSquares(query), isZero]) : sumSquares(query)
  const rows = toDouble(graph.constant([terms, count], model.rows))
  const product = graph.add('MatMul', [graph.add('Mul', [query, number(-2)]), rows])
  const between = graph.add('Add', [graph.add('Add', [product, square]), graph.constant([1, count], model.squares)])
  return { distances: toFloat(graph.add('Sqrt', [graph.add('Max', [between, number(0)])])), length: toFloat(graph.add('Sqrt', [square])) }
}

/** Indexes of the rows that vote [N, k]: those clearly nearer than the k-th, then the first of those as far as it. */
function chooseNearest(graph: GraphBuilder, { count, k }: NeighbourModel, distances: string, length: string) {
  const [smallest = ''] = graph.addMany('TopK', [distances, graph.ints(k)], 2, { axis: 1, largest: 0, sorted: 1 })
  const last = graph.add('Slice', [smallest, graph.ints(k - 1), graph.ints(k), graph.ints(1)])
  const tie = graph.add('Mul', [graph.add('Add', [last, length]), graph.float(tieShare)])
  const isSure = graph.add('Less', [distances, graph.add('Sub', [last, tie])])
  const isTied = graph.add('LessOrEqual', [distances, graph.add('Add', [last, tie])])
  const places = graph.constant(
    [1, count],
    BigInt64Array.from({ length: count }, (_, row) => BigInt(row)),
  )
  const place = graph.add('Where', [isSure, graph.ints(-1), graph.add('Where', [isTied, places, graph.ints(count)])])
  const [, nearest = ''] = graph.addMany('TopK', [place, graph.ints(k)], 2, { axis: 1, largest: 0, sorted: 1 })
  return { nearest, tie }
}

/** Weight of each vote, [N, k]. */
function voteWeights(graph: GraphBuilder, { weighting, metric }: NeighbourModel, distances: string, tie: string): string {
  if (weighting === 'uniform') {
    return graph.add('ConstantOfShape', [graph.add('Shape', [distances])], {
      value: { tensor: { name: '', dims: [1], data: Float32Array.of(1) } },
    })
  }
  const same = graph.add('LessOrEqual', [distances, graph.add('Max', [tie, graph.float(smallestDistance)])])
  const isSame = graph.add('Cast', [same], { to: float })
  const hasSame = graph.add('Cast', [graph.add('ReduceMax', [isSame, graph.ints(1)], { keepdims: 1 })], { to: bool })
  const inverse = graph.add('Div', [graph.float(1), graph.add('Max', [distances, graph.float(smallestDistance)])])
  return graph.add('Where', [hasSame, isSame, metric === 'cosine' ? graph.add('Mul', [inverse, inverse]) : inverse])
}

/** Labels and weights of the votes [N, k] -> logarithms of the smoothed shares [N, outputs]. */
function shareVotes(graph: GraphBuilder, { k, outputs }: NeighbourModel, labels: string, weights: string): string {
  const rows = graph.add('Slice', [graph.add('Shape', [labels]), graph.ints(0), graph.ints(1)])
  const none = graph.add('ConstantOfShape', [graph.add('Concat', [rows, graph.ints(outputs)], { axis: 0 })])
  const votes = graph.add('ScatterElements', [none, labels, weights], { axis: 1, reduction: 'add' })
  const share = graph.add('Div', [votes, graph.add('ReduceSum', [weights, graph.ints(1)], { keepdims: 1 })])
  const smoothed = graph.add('Add', [graph.add('Mul', [share, graph.float(k / (k + 1))]), graph.float(1 / outputs / (k + 1))])
  return graph.add('Log', [smoothed])
}

function labelsOf(graph: GraphBuilder, { labels, count }: NeighbourModel): string {
  return graph.constant([count], BigInt64Array.from(labels, BigInt))
}

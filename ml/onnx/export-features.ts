import type { ComponentsBlock } from '#ml/features/components-block'
import { type FeatureBlock, type FittedFeatures, placesOf } from '#ml/features/fitted-features'
import type { NumberBlock } from '#ml/features/number-block'
import type { TextBlock } from '#ml/features/text-block'
import { categoryText, denseCategory, exportCategory } from './export-categories'
import { exportComponents } from './export-components'
import { denseList, exportList } from './export-lists'
import { exportMomentPart, exportMoments } from './export-moments'
import { denseNumber, exportNumbers } from './export-numbers'
import { denseText, exportExactText, exportLowercase, exportText } from './export-text'
import { exportStatistic, exportTextCounts } from './export-text-measures'
import { denseVectors, exportVectors } from './export-vectors'
import type { GraphBuilder } from './graph-builder'

/** The fitted features inside a graph, in the forms that models read; each is added when first asked for. */
export type FeatureTensors = {
  /** x W of all terms, [N, outputs]; `weights` [terms][outputs]. Text never becomes as wide as its vocabulary. */
  product(weights: Float32Array, outputs: number): string
  /** All terms side by side, [N, terms]; NaN where a value is missing. */
  dense(): string
  /** As product, in double precision and from features that are float32 as ours are, to the last bit but for one in 10^8. */
  exactProduct(weights: Float32Array, outputs: number): string
}

const double = 11

/** Adds what the blocks read from the raw columns; see FeatureTensors for what models may ask. */
export function exportFeatures(graph: GraphBuilder, features: FittedFeatures): FeatureTensors {
  return tensorsOf(graph, features, readers(graph))
}

function tensorsOf(graph: GraphBuilder, features: FittedFeatures, read: ReturnType<typeof readers>): FeatureTensors {
  const blocks = blocksInUse(features)
  const componentsOf = (block: ComponentsBlock) => exportComponents(graph, block, tensorsOf(graph, block.inner, read))
  const wordsOf = (block: TextBlock) => read.words({ name: block.name, ...block.form })
  const placed = (weights: Float32Array, outputs: number) => {
    const all = atPlaces(features, weights, outputs)
    return ({ offset, terms }: FeatureBlock) => all.subarray(offset * outputs, (offset + terms) * outputs)
  }
  const textWeights = (block: TextBlock, whole: Float32Array, outputs: number) => {
    const kept = keptIn(features, block)
    const own = kept ? Float32Array.from(kept.flatMap((term) => [...whole.subarray(term * outputs, (term + 1) * outputs)])) : whole
    return { weights: own, outputs, kept }
  }
  const denseOf = (block: Exclude<FeatureBlock, { kind: 'selection' }>): string => {
    switch (block.kind) {
      case 'number':
        return denseNumber(graph, block, read.numbers(block))
      case 'category':
        return denseCategory(graph, block, categoryText(graph, block, read.flat))
      case 'components':
        return componentsOf(block)
      case 'list':
        return denseList(graph, block, read.flat(block.name))
      case 'vectors':
        return denseVectors(graph, block, read.words(block))
      case 'text':
        return denseText(graph, block, wordsOf(block), keptIn(features, block))
    }
  }
  return {
    product(weights, outputs) {
      const weightsOf = placed(weights, outputs)
      const numbers = blocks.filter((block) => block.kind === 'number')
      const parts = blocks.flatMap((block) => {
        if (block.kind === 'number' || block.kind === 'selection') return []
        if (block.kind === 'category') return exportCategory(graph, block, categoryText(graph, block, read.flat), weightsOf(block), outputs)
        if (block.kind === 'components')
          return graph.add('MatMul', [componentsOf(block), graph.constant([block.terms, outputs], weightsOf(block))])
        if (block.kind === 'list') return exportList(graph, block, read.flat(block.name), weightsOf(block), outputs)
        if (block.kind === 'vectors') return exportVectors(graph, block, read.words(block), weightsOf(block), outputs)
        return exportText(graph, block, wordsOf(block), textWeights(block, weightsOf(block), outputs))
      })
      parts.push(...exportNumbers(graph, numbers, { weightsOf, numbersOf: read.numbers, outputs }))
      return parts.reduce((sum, part) => graph.add('Add', [part, sum]))
    },
    dense() {
      const parts = blocks.flatMap((block) => (block.kind === 'selection' ? [] : denseOf(block)))
      const all = parts.length === 1 ? (parts[0] ?? '') : graph.add('Concat', parts, { axis: 1 })
      if (!features.kept) return all
      const places = BigInt64Array.from(columnsKept(features, blocks), BigInt)
      return graph.add('Gather', [all, graph.constant([places.length], places)], { axis: 1 })
    },
    exactProduct(weights, outputs) {
      const weightsOf = placed(weights, outputs)
      const toDouble = (value: string) => graph.add('Cast', [value], { to: double })
      const parts = blocks.flatMap((block) => {
        if (block.kind === 'selection') return []
        const own = weightsOf(block)
        if (block.kind === 'text') return exportExactText(graph, block, wordsOf(block), textWeights(block, own, outputs))
        return graph.add('MatMul', [toDouble(denseOf(block)), toDouble(graph.constant([block.terms, outputs], own))])
      })
      return parts.reduce((sum, part) => graph.add('Add', [part, sum]))
    },
  }
}

/** Those with a term that the model reads. */
function blocksInUse({ blocks, kept }: FittedFeatures): FeatureBlock[] {
  const isInUse = ({ offset, terms }: FeatureBlock) => kept === null || kept.some((place) => place >= offset && place < offset + terms)
  return blocks.filter((block) => block.terms > 0 && isInUse(block))
}

/** Weights of the model's terms -> weights of all terms of the blocks, 0 where the model has none. */
function atPlaces({ blocks, kept }: FittedFeatures, weights: Float32Array, outputs: number): Float32Array {
  if (!kept) return weights
  const placed = new Float32Array(placesOf(blocks) * outputs)
  for (const [term, place] of kept.entries()) placed.set(weights.subarray(term * outputs, (term + 1) * outputs), place * outputs)
  return placed
}

/** Terms of a block that the model reads, by their place in it; null: all. */
function keptIn({ kept }: FittedFeatures, { offset, terms }: FeatureBlock): number[] | null {
  if (!kept) return null
  const own = Array.from(
    kept.filter((place) => place >= offset && place < offset + terms),
    (place) => place - offset,
  )
  return own.length === terms ? null : own
}

/** Where the kept terms stand when the blocks in use are side by side; of text only the kept ones are there. */
function columnsKept(features: FittedFeatures, blocks: readonly FeatureBlock[]): number[] {
  const columns: number[] = []
  let before = 0
  for (const block of blocks) {
    const kept = keptIn(features, block) ?? Array.from({ length: block.terms }, (_, term) => term)
    const isText = block.kind === 'text'
    for (const [i, term] of kept.entries()) columns.push(before + (isText ? i : term))
    before += isText ? kept.length : block.terms
  }
  return columns
}

/** The raw columns in the forms that blocks read, each made once. */
function readers(graph: GraphBuilder) {
  const flat = rememberedBy((name) => graph.add('Reshape', [name, graph.ints(-1)]))
  const moments = rememberedBy((name) => exportMoments(graph, flat(name)))
  const counts = rememberedBy((name) => exportTextCounts(graph, flat(name)))
  const lower = rememberedBy((name) => exportLowercase(graph, flat(name)))
  return {
    flat,
    words: ({ name, lowercase }: { name: string; lowercase: boolean }) => (lowercase ? lower(name) : flat(name)),
    numbers({ source }: NumberBlock): string {
      switch (source.kind) {
        case 'column':
          return source.column
        case 'moment':
          return exportMomentPart(graph, moments(source.column), source.part)
        case 'statistic':
          return exportStatistic(graph, counts(source.column), source.statistic)
      }
    },
  }
}

/** Calls `make` once per name. */
function rememberedBy<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>()
  return (name) => {
    const known = made.get(name) ?? make(name)
    made.set(name, known)
    return known
  }
}

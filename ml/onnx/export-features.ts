import { type FeatureBlock, type FittedFeatures, placesOf } from '#ml/features/fit-plan'
import type { NumberBlock } from '#ml/features/number-block'
import type { TextBlock } from '#ml/features/text-block'
import { categoryText, denseCategory, exportCategory } from './export-categories'
import { exportMomentPart, exportMoments } from './export-moments'
import { denseNumber, exportNumbers } from './export-numbers'
import { denseText, exportLowercase, exportText } from './export-text'
import { exportStatistic, exportTextCounts } from './export-text-measures'
import type { GraphBuilder } from './graph-builder'

/** The fitted features inside a graph, in the forms that models read; each is added when first asked for. */
export type FeatureTensors = {
  /** x W of all terms, [N, outputs]; `weights` [terms][outputs]. Text never becomes as wide as its vocabulary. */
  product(weights: Float32Array, outputs: number): string
  /** All terms side by side, [N, terms]; NaN where a value is missing. */
  dense(): string
}

/** Adds what the blocks read from the raw columns; see FeatureTensors for what models may ask. */
export function exportFeatures(graph: GraphBuilder, features: FittedFeatures): FeatureTensors {
  const read = readers(graph)
  const blocks = blocksInUse(features)
  return {
    product(weights, outputs) {
      const placed = atPlaces(features, weights, outputs)
      const weightsOf = ({ offset, terms }: { offset: number; terms: number }) =>
        placed.subarray(offset * outputs, (offset + terms) * outputs)
      const numbers = blocks.filter((block) => block.kind === 'number')
      const parts = blocks.flatMap((block) => {
        if (block.kind === 'number' || block.kind === 'selection') return []
        if (block.kind === 'category') return exportCategory(graph, block, categoryText(graph, block, read.flat), weightsOf(block), outputs)
        const kept = keptIn(features, block)
        const whole = weightsOf(block)
        const own = kept ? Float32Array.from(kept.flatMap((term) => [...whole.subarray(term * outputs, (term + 1) * outputs)])) : whole
        return exportText(graph, block, read.words(block), { weights: own, outputs, kept })
      })
      parts.push(...exportNumbers(graph, numbers, { weightsOf, numbersOf: read.numbers, outputs }))
      return parts.reduce((sum, part) => graph.add('Add', [part, sum]))
    },
    dense() {
      const parts = blocks.flatMap((block) => {
        if (block.kind === 'selection') return []
        if (block.kind === 'number') return denseNumber(graph, block, read.numbers(block))
        if (block.kind === 'category') return denseCategory(graph, block, categoryText(graph, block, read.flat))
        return denseText(graph, block, read.words(block), keptIn(features, block))
      })
      const all = parts.length === 1 ? (parts[0] ?? '') : graph.add('Concat', parts, { axis: 1 })
      if (!features.kept) return all
      const places = BigInt64Array.from(columnsKept(features, blocks), BigInt)
      return graph.add('Gather', [all, graph.constant([places.length], places)], { axis: 1 })
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
    words: ({ form, name }: TextBlock) => (form.lowercase ? lower(name) : flat(name)),
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

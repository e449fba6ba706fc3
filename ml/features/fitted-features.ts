import { type CategoryBlock, categoryName, codesOf } from './category-block'
import type { ComponentsBlock } from './components-block'
import { type ListBlock, listName } from './list-block'
import { type NumberBlock, numberName } from './number-block'
import { type TextBlock, termName } from './text-block'
import { type VectorsBlock, vectorName } from './vectors-block'

/** A fitted selection; what it keeps is in FittedFeatures. */
export type SelectionBlock = { kind: 'selection'; offset: number; terms: 0 }

export type FeatureBlock = TextBlock | CategoryBlock | ListBlock | NumberBlock | VectorsBlock | SelectionBlock | ComponentsBlock

/** Fitted feature steps: block i reads raw column i, and its terms follow those of block i - 1. */
export type FittedFeatures = {
  blocks: FeatureBlock[]
  /** The model's term -> place among the terms of all blocks, ascending; null: all are kept. */
  kept: Int32Array | null
  /** That the model reads. */
  terms: number
}

/** How people read a term: `body: free money`, `sender = x`, `amount`. */
export function featureName(features: FittedFeatures, term: number): string {
  const { block, at } = blockOfTerm(features, term)
  switch (block?.kind) {
    case 'number':
      return numberName(block, at)
    case 'text':
      return termName(block, at)
    case 'category':
      return categoryName(block, at)
    case 'list':
      return listName(block, at)
    case 'vectors':
      return vectorName(block, at)
    case 'components':
      return `component ${at + 1}`
    default:
      return ''
  }
}

/** The block that makes a term of the model, and the term's place in it; undefined for a term that there is not. */
export function blockOfTerm(features: FittedFeatures, term: number): { block: FeatureBlock | undefined; at: number } {
  const place = placeOfTerm(features, term)
  const block = features.blocks.find(({ offset, terms }) => place >= offset && place < offset + terms)
  return { block, at: place - (block?.offset ?? 0) }
}

/** Where a term of the model stands among the terms of all blocks. */
export const placeOfTerm = ({ kept }: FittedFeatures, term: number): number => (kept ? (kept[term] ?? -1) : term)

/** How many terms the blocks have, kept or not. */
export const placesOf = (blocks: readonly FeatureBlock[]): number => blocks.reduce((sum, { terms }) => sum + terms, 0)

/** Place among the terms of all blocks -> the model's term, or -1; null: they are the same. */
export function termsByPlace({ blocks, kept }: FittedFeatures): Int32Array | null {
  if (!kept) return null
  const termAt = new Int32Array(placesOf(blocks)).fill(-1)
  for (const [term, place] of kept.entries()) termAt[place] = term
  return termAt
}

/** Codes per term, 0 for numbers; null when there are no columns of codes. */
export function codesPerTerm({ blocks, kept, terms }: FittedFeatures): Int32Array | null {
  const codes = new Map<number, number>()
  for (const block of blocks) if (block.kind === 'category' && block.encoding === 'codes') codes.set(block.offset, codesOf(block))
  if (codes.size === 0) return null
  return Int32Array.from({ length: terms }, (_, term) => codes.get(kept ? (kept[term] ?? -1) : term) ?? 0)
}

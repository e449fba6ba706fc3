import type { ComponentsBlock } from '#ml/features/components-block'
import type { FeatureBlock, FittedFeatures } from '#ml/features/fitted-features'
import { TermTable, type TermTableParts } from '#ml/features/term-table'
import type { TextBlock } from '#ml/features/text-block'
import type { VectorsBlock } from '#ml/features/vectors-block'
import type { LearnedClassifier, LearnedPipeline, LearnedRegressor } from '#ml/pipeline/fitted-pipeline'
import { packValue, unpackValue } from './packed-value'

/** Raise the digit when the stored form changes; a reader knows one version. */
const magic = 'SLSTATE1'

/** A learned state may be so large: a browser loads it whole. */
const mostBytes = 200 * 1024 ** 2

/** `vocabulary` is null where words are hashed. */
type StoredText = Omit<TextBlock, 'table' | 'local'> & { vocabulary: TermTableParts | null }
type StoredVectors = Omit<VectorsBlock, 'table'> & { vocabulary: TermTableParts }
type StoredComponents = Omit<ComponentsBlock, 'inner'> & { inner: StoredFeatures }
type StoredBlock = StoredText | StoredVectors | StoredComponents | Exclude<FeatureBlock, { kind: 'text' | 'vectors' | 'components' }>
type StoredFeatures = Omit<FittedFeatures, 'blocks'> & { blocks: StoredBlock[] }
type Stored = (Omit<LearnedClassifier, 'features'> | Omit<LearnedRegressor, 'features'>) & { features: StoredFeatures }

/**
 * What was learned, as bytes: the same pipeline gives the same bytes. Of a vocabulary only the terms that are features are kept.
 * Null when it would take more than 200 MB.
 */
export function writeLearnedState(pipeline: LearnedPipeline): Uint8Array | null {
  const { task, signature, plan, features, model, background } = pipeline
  const learned = {
    task,
    signature,
    plan,
    features: storedFeatures(features),
    model,
    background,
  }
  const bytes =
    pipeline.task === 'classification'
      ? packValue({ ...learned, classes: pipeline.classes, calibration: pipeline.calibration, threshold: pipeline.threshold }, magic)
      : packValue(learned, magic)
  return bytes.length > mostBytes ? null : bytes
}

/** What writeLearnedState was given, as far as predicting and explaining go by it. Throws AppError for any other bytes. */
export function readLearnedState(bytes: Uint8Array): LearnedPipeline {
  // what writeLearnedState wrote under this magic has this form; the magic changes with the form
  const { features, ...rest } = unpackValue(bytes, magic) as Stored
  return { ...rest, features: featuresOf(features) }
}

function storedFeatures(features: FittedFeatures): StoredFeatures {
  const stored = (block: FeatureBlock): StoredBlock => {
    if (block.kind === 'text') return storedText(block)
    if (block.kind === 'vectors') return storedVectors(block)
    return block.kind === 'components' ? { ...block, inner: storedFeatures(block.inner) } : block
  }
  return { ...features, blocks: features.blocks.map(stored) }
}

function featuresOf(features: StoredFeatures): FittedFeatures {
  const read = (block: StoredBlock): FeatureBlock => {
    if (block.kind === 'text') return textOf(block)
    if (block.kind === 'vectors') return vectorsOf(block)
    return block.kind === 'components' ? { ...block, inner: featuresOf(block.inner) } : block
  }
  return { ...features, blocks: features.blocks.map(read) }
}

function storedText({ table, local: _, kept, ...rest }: TextBlock): StoredText {
  if (rest.hashBits !== null) return { ...rest, kept, vocabulary: null }
  // a character that no row had separates words, so all that some row had must be known
  const only = table.only(kept, rest.form.unit === 'char')
  return { ...rest, kept: only.ids, vocabulary: only.table.parts() }
}

function textOf({ vocabulary, kept, ...rest }: StoredText): TextBlock {
  const table = vocabulary ? TermTable.of(vocabulary) : new TermTable()
  const local = new Int32Array(rest.hashBits === null ? table.size : 2 ** rest.hashBits).fill(-1)
  for (const [term, id] of kept.entries()) local[id] = term
  return { ...rest, table, local, kept }
}

const storedVectors = ({ table, ...rest }: VectorsBlock): StoredVectors => ({ ...rest, vocabulary: table.parts() })
const vectorsOf = ({ vocabulary, ...rest }: StoredVectors): VectorsBlock => ({ ...rest, table: TermTable.of(vocabulary) })

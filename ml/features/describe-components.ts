import type { ComponentsStep, FeatureStep } from '#core/ports/plan'
import type { FeaturesPart } from '#core/reports/features'
import type { TrainColumns } from '#ml/pipeline/data'
import type { Supervision } from './answers'
import type { ComponentsBlock } from './components-block'
import { fitFeatures } from './fit-plan'
import { featureName } from './fitted-features'
import { readRawColumns } from './read-raw-columns'
import type { WordVectorSets } from './word-vectors'

/** A stage may make a thousand components; the first ones say most, and are found in a moment. */
const most = { components: 20, told: 3, features: 8 }

type Components = Extract<FeaturesPart, { part: 'components' }>

/**
 * The first components of a sample: their shares of the variance, and the features that weigh most in the first few. `before`
 * are the steps that they take the place of; `supervision` is for those of them that read answers. Throws AppError as
 * training does, for example for missing values.
 */
export async function describeComponents(
  { columns, vectors, signal }: { columns: TrainColumns; vectors?: WordVectorSets | undefined; signal?: AbortSignal | undefined },
  before: readonly FeatureStep[],
  step: ComponentsStep,
  { rows, supervision }: { rows: Int32Array; supervision: Supervision | undefined },
): Promise<Components> {
  const first: ComponentsStep = { ...step, components: Math.min(step.components, most.components) }
  const raw = await readRawColumns(columns, [...before, first], signal, supervision, vectors)
  const [block] = (await fitFeatures(raw, rows, signal)).blocks
  if (block?.kind !== 'components') throw new TypeError('The last step of these is no components step.')
  return {
    part: 'components',
    centre: step.centre,
    made: Math.min(step.components, rows.length, block.inner.terms),
    from: block.inner.terms,
    shares: [...block.share],
    strongest: Array.from({ length: Math.min(most.told, block.terms) }, (_, component) => strongestOf(block, component)),
  }
}

function strongestOf({ inner, directions, terms }: ComponentsBlock, component: number): Components['strongest'][number] {
  const weights = Float32Array.from({ length: inner.terms }, (_, term) => directions[term * terms + component] ?? 0)
  const order = Int32Array.from(weights.keys()).sort((a, b) => Math.abs(weights[b] ?? 0) - Math.abs(weights[a] ?? 0) || a - b)
  return Array.from(order.subarray(0, most.features), (term) => ({ feature: featureName(inner, term), weight: weights[term] ?? 0 }))
}

import type { EstimatorParams } from '#core/estimators/estimators'
import type { TreeEnsemble } from '#ml/models/trees'
import { growForest } from '#ml/trees/grow-forest'
import { rowWeights } from './class-weights'
import type { ClassData, Fit, FitContext, NumberData } from './contract'

/** A random forest for classes: the mean of its trees' shares, as scikit-learn's RandomForestClassifier; its scores are their logarithms. */
export function fitRandomForest(
  params: EstimatorParams<'random-forest'>,
  data: ClassData,
  context: FitContext,
): Promise<Fit<TreeEnsemble>> {
  return fitForest(params, data, context, false)
}

/** Extremely randomised trees for classes: every tree sees all rows, borders are drawn by lot. */
export function fitExtraTrees(params: EstimatorParams<'extra-trees'>, data: ClassData, context: FitContext): Promise<Fit<TreeEnsemble>> {
  return fitForest(params, data, context, true)
}

/** A random forest for numbers: the mean of its trees' means. */
export async function fitRandomForestRegression(
  params: EstimatorParams<'random-forest-regression'>,
  { x, y, weights }: NumberData,
  context: FitContext,
): Promise<Fit<TreeEnsemble>> {
  const target = { outputs: 1, slots: new Int32Array(x.rows), values: y, weights }
  const grown = await growForest(x, target, { ...params, isExtra: false }, context)
  return { state: { ...grown, link: 'identity' }, loss: [], notes: [] }
}

async function fitForest(
  params: EstimatorParams<'random-forest'>,
  data: ClassData,
  context: FitContext,
  isExtra: boolean,
): Promise<Fit<TreeEnsemble>> {
  const { x, y, classes } = data
  const weights = rowWeights(data, params.balanced)
  // Of two classes the share of one says all.
  const target =
    classes === 2
      ? { outputs: 1, slots: new Int32Array(x.rows), values: Float64Array.from(y), weights }
      : { outputs: classes, slots: y, values: new Float64Array(x.rows).fill(1), weights }
  const grown = await growForest(x, target, { ...params, isExtra }, context)
  const shares = classes === 2 ? withOtherClass(grown) : grown
  return { state: { ...shares, link: 'log' }, loss: [], notes: [] }
}

/** Leaves that hold the second class's share get that of the first before it. */
function withOtherClass(grown: Omit<TreeEnsemble, 'link'>): Omit<TreeEnsemble, 'link'> {
  const whole = 1 / grown.roots.length
  const values = new Float32Array(grown.values.length * 2)
  for (const [leaf, share] of grown.values.entries()) values.set([whole - share, share], leaf * 2)
  return { ...grown, outputs: 2, values, base: new Float32Array(2) }
}

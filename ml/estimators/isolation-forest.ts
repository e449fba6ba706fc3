import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import type { IsolationModel } from '#ml/models/isolation'
import { averagePath, fitIsolationForest, type IsolationForest } from '#ml/unlabelled/isolation-forest'
import { refuseMissing } from '#ml/unlabelled/refuse-missing'
import type { UnlabelledRows } from '#ml/unlabelled/unlabelled-rows'
import type { Fit, FitContext } from './contract'

const mostTerms = 4_096

/**
 * An isolation forest (Liu, Ting and Zhou 2008) as a classifier of anomalies, the first class, against all else; see
 * IsolationModel. Throws AppError for more than 4,096 terms, missing values, no rows, and weights that are no whole numbers.
 */
export async function fitAnomalies(
  { trees, sample }: Pick<EstimatorParams<'isolation-forest'>, 'trees' | 'sample'>,
  rows: UnlabelledRows,
  context: FitContext,
): Promise<Fit<IsolationModel>> {
  const { x } = rows
  refuseTooWide(x.terms)
  refuseMissing(x, 'An isolation forest')
  const forest = await fitIsolationForest({ trees, sample }, rows, context)
  const isFlat = forest.feature.every((term) => term < 0)
  return {
    state: { shape: 'isolation', trees: ensembleOf(forest), terms: x.terms, outputs: 2 },
    loss: [],
    notes: isFlat ? ['All rows have the same features, so none is more unusual than another.'] : [],
  }
}

/** The trees with leaves that sum to minus the mean path, as a share of c(sample). */
function ensembleOf({ roots, feature, threshold, left, right, path, held, sample, terms }: IsolationForest): IsolationModel['trees'] {
  const isLeaf = (node: number) => (feature[node] ?? -1) < 0
  const nodes = Int32Array.from(feature.keys()).filter((node) => !isLeaf(node))
  const leaves = Int32Array.from(feature.keys()).filter(isLeaf)
  const placeOf = new Int32Array(feature.length)
  for (const [place, node] of nodes.entries()) placeOf[node] = place
  for (const [place, leaf] of leaves.entries()) placeOf[leaf] = ~place
  const childOf = (side: Int32Array) => Int32Array.from(nodes, (node) => placeOf[side[node] ?? 0] ?? -1)
  const usual = averagePath(sample)
  return {
    shape: 'trees',
    terms,
    outputs: 1,
    roots: Int32Array.from(roots, (root) => placeOf[root] ?? -1),
    feature: Int32Array.from(nodes, (node) => feature[node] ?? 0),
    threshold: Float32Array.from(nodes, (node) => threshold[node] ?? 0),
    set: new Int32Array(nodes.length).fill(-1),
    missingLeft: new Uint8Array(nodes.length),
    left: childOf(left),
    right: childOf(right),
    gain: new Float32Array(nodes.length),
    sets: new Uint32Array(0),
    target: null,
    // a tree of one row, or of rows that are all the same, knows of nothing odd: 2^-1
    values: Float32Array.from(leaves, (leaf) => -(usual > 0 ? (path[leaf] ?? 0) / usual : 1) / roots.length),
    leafRows: Float32Array.from(leaves, (leaf) => held[leaf] ?? 0),
    base: new Float32Array(1),
    link: 'identity',
  }
}

function refuseTooWide(terms: number): void {
  if (terms <= mostTerms) return
  throw new AppError('too_large', {
    detail: `An isolation forest reads all features of a row side by side: ${terms.toLocaleString('en')} are too many, at most ${mostTerms.toLocaleString('en')} are allowed. Put a Components stage after the features, or lower "most terms" of the text features.`,
    hint: { param: 'maxTerms', fix: { label: 'Insert Components', kind: 'insert-stage', value: 'components' } },
  })
}

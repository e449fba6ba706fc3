import type { ClustersReport } from '#core/reports/clusters'
import { blockOfTerm, type FittedFeatures, featureName } from '#ml/features/fitted-features'
import type { ClusterMeans } from './cluster-means'

type Trait = ClustersReport['clusters'][number]['typical'][number]

const most = 8
/** Smaller differences set nothing apart. */
const leastDeviations = 0.2

/** Features whose mean in the cluster is most standard deviations off that of all rows, at most eight, farthest first. */
export function clusterTraits(features: FittedFeatures, measured: ClusterMeans, cluster: number): Trait[] {
  const { terms } = features
  const { means, mean, spread, sizes } = measured
  if (sizes[cluster] === 0) return []
  const deviations = Float64Array.from({ length: terms }, (_, term) => {
    const wide = spread[term] ?? 0
    return wide > 0 ? ((means[cluster * terms + term] ?? 0) - (mean[term] ?? 0)) / wide : 0
  })
  return [...deviations.keys()]
    .filter((term) => Math.abs(deviations[term] ?? 0) >= leastDeviations)
    .sort((a, b) => Math.abs(deviations[b] ?? 0) - Math.abs(deviations[a] ?? 0) || a - b)
    .slice(0, most)
    .map((term) => ({
      feature: featureName(features, term),
      ...traitOf(features, measured, cluster, term),
      deviations: deviations[term] ?? 0,
    }))
}

/** Numbers that were only shifted and scaled are told as they were; 0/1 features and words as shares of rows. */
function traitOf(
  features: FittedFeatures,
  { means, shares, mean, share }: ClusterMeans,
  cluster: number,
  term: number,
): Pick<Trait, 'kind' | 'cluster' | 'overall'> {
  const cell = cluster * features.terms + term
  const { block, at } = blockOfTerm(features, term)
  const asShare = { kind: 'share' as const, cluster: shares[cell] ?? 0, overall: share[term] ?? 0 }
  const scaled = { kind: 'scaled' as const, cluster: means[cell] ?? 0, overall: mean[term] ?? 0 }
  switch (block?.kind) {
    case 'list':
    case 'text':
      return asShare
    case 'category':
      return block.encoding === 'one-hot' ? asShare : scaled
    case 'number': {
      if (block.curve?.kind === 'bins' || (block.hasIndicator && at === block.terms - 1)) return asShare
      if (block.curve) return scaled
      return {
        kind: 'number',
        cluster: block.center + scaled.cluster / block.factor,
        overall: block.center + scaled.overall / block.factor,
      }
    }
    default:
      return scaled
  }
}

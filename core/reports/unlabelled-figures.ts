import type { Figure } from '#core/ports/kinds'
import type { AnomaliesReport } from './anomalies'
import type { ClustersReport } from './clusters'

/** Figures of clusters, under the names that gates use. */
export function clusterFigures({ rows, silhouette, inertia, clusters }: ClustersReport): Figure[] {
  return [
    { name: 'rows', value: rows },
    { name: 'clusters', value: clusters.filter((cluster) => cluster.rows > 0).length },
    ...(silhouette ? [{ name: 'silhouette', value: silhouette.value, better: 'higher' } as const] : []),
    { name: 'inertia', value: inertia, better: 'lower' },
    { name: 'largest cluster', value: (clusters[0]?.rows ?? 0) / rows },
  ]
}

/** Figures of a search for anomalies, under the names that gates use. */
export function anomalyFigures({ rows, called, threshold, unusual }: AnomaliesReport): Figure[] {
  return [
    { name: 'rows', value: rows },
    { name: 'anomalies', value: called },
    { name: 'share of anomalies', value: called / rows },
    { name: 'threshold', value: threshold },
    { name: 'highest score', value: unusual[0]?.score ?? 0 },
  ]
}

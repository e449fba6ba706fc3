import type { ClustersReport } from '#core/reports/clusters'
import { formatShare, formatSigned, formatValue } from '#core/words/format'
import { classColour, type Frame, frameOf, paddedRange, type Tick, xScale, yScale } from './frame.ts'

type Cluster = ClustersReport['clusters'][number]
type Trait = Cluster['typical'][number]

export type PreparedTrait = {
  feature: string
  /** "904 on average, 370 overall" */
  words: string
  /** Standard deviations above or below the mean of all rows. */
  deviations: string
  isAbove: boolean
  /** Of the longest bar. */
  share: number
}

export type PreparedCluster = {
  name: string
  colour: string
  rows: number
  /** Of all rows. */
  share: string
  /** Of the largest cluster. */
  width: number
  silhouette: string
  spread: string
  /** One line that tells it from the others, or why there is none. */
  summary: string
  traits: PreparedTrait[]
  nearest: Cluster['nearest']
}

/** Decides how clusters are told: those with rows, largest first, each by what differs most from all rows. */
export function prepareClusters({ clusters, rows }: Pick<ClustersReport, 'clusters' | 'rows'>): PreparedCluster[] {
  const largest = Math.max(1, ...clusters.map((cluster) => cluster.rows))
  const farthest = Math.max(1e-9, ...clusters.flatMap(({ typical }) => typical.map(({ deviations }) => Math.abs(deviations))))
  return clusters.flatMap((cluster, i) =>
    cluster.rows === 0
      ? []
      : [
          {
            name: cluster.name,
            colour: classColour(i),
            rows: cluster.rows,
            share: formatShare(cluster.rows / rows),
            width: cluster.rows / largest,
            silhouette: cluster.silhouette === null ? '–' : cluster.silhouette.toFixed(2),
            spread: formatValue(cluster.spread),
            summary: summaryOf(cluster.typical),
            traits: cluster.typical.map((trait) => ({
              feature: trait.feature,
              words: wordsOf(trait),
              deviations: formatSigned(trait.deviations, (size) => size.toFixed(1)),
              isAbove: trait.deviations > 0,
              share: Math.abs(trait.deviations) / farthest,
            })),
            nearest: cluster.nearest,
          },
        ],
  )
}

/** "spent is high; visits is low; plan = club is rare" */
function summaryOf(typical: readonly Trait[]): string {
  if (typical.length === 0) return 'In no feature far from the mean of all rows.'
  const parts = typical.slice(0, 3).map(({ feature, kind, deviations }) => {
    if (kind === 'share') return `${feature} is ${deviations > 0 ? 'frequent' : 'rare'}`
    return `${feature} is ${deviations > 0 ? 'high' : 'low'}`
  })
  return parts.join('; ')
}

function wordsOf({ kind, cluster, overall }: Trait): string {
  if (kind === 'share') return `in ${formatShare(cluster, 0)} of its rows, in ${formatShare(overall, 0)} overall`
  const scaled = kind === 'scaled' ? ', as the model reads it' : ''
  return `${formatValue(cluster)} on average, ${formatValue(overall)} overall${scaled}`
}

export type PreparedPicture = {
  frame: Frame
  isEmpty: boolean
  xTicks: Tick[]
  yTicks: Tick[]
  dots: { key: string; x: number; y: number; colour: string }[]
  /** Names of the axes: "component 1, 43.2 % of the variance". */
  xName: string
  yName: string
}

/** Decides the picture of rows along two components; a cluster that is chosen is in colour, the others are grey and behind it. */
export function preparePicture(
  { picture, clusters }: Pick<ClustersReport, 'picture' | 'clusters'>,
  chosen: string | null,
  width: number,
  height: number,
): PreparedPicture {
  const frame = frameOf(width, height, { left: 40, right: 10, bottom: 36 })
  const { points, shares } = picture
  const [left, right] = paddedRange(points.map(({ x }) => x))
  const [bottom, top] = paddedRange(points.map(({ y }) => y))
  const format = (value: number) => String(Number(value.toPrecision(3)))
  const x = xScale(frame, left, right, format, Math.max(2, Math.floor((frame.right - frame.left) / 80)))
  const y = yScale(frame, bottom, top, format, { nice: false })
  const isChosen = (cluster: number) => chosen === null || clusters[cluster]?.name === chosen
  return {
    frame,
    isEmpty: points.length === 0,
    xTicks: x.ticks,
    yTicks: y.ticks,
    dots: [...points]
      .sort((a, b) => Number(isChosen(a.cluster)) - Number(isChosen(b.cluster)))
      .map((point) => ({
        key: String(point.row),
        x: x.at(point.x),
        y: y.at(point.y),
        colour: isChosen(point.cluster) ? classColour(point.cluster) : 'var(--chart-ref)',
      })),
    xName: `component 1, ${formatShare(shares[0])} of the variance`,
    yName: `component 2, ${formatShare(shares[1])}`,
  }
}

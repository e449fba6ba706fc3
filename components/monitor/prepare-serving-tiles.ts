import type { MonitorView } from '#core/monitor/views'
import { formatNumber, formatShare, formatValue, plural } from '#core/words/format'

export type ServingTile = { key: string; label: string; value: string; unit?: string; sub: string }

const mostFigures = 3

/** What outcomes, fallbacks, reviews and answers from elsewhere add to the figures: a tile for each that there is any of. */
export function prepareServingTiles({ total, outcomes }: Pick<MonitorView, 'total' | 'outcomes'>): ServingTile[] {
  const tiles: ServingTile[] = []
  const known = `${formatNumber(outcomes.truths)} of ${plural(total.rows, 'answer')} known`
  if (outcomes.right !== null)
    tiles.push({ key: 'right', label: 'Right answers', value: (outcomes.right * 100).toFixed(1), unit: '%', sub: known })
  if (outcomes.meanError !== null) tiles.push({ key: 'error', label: 'Mean error', value: formatValue(outcomes.meanError), sub: known })
  for (const { name, n, mean } of outcomes.figures.slice(0, mostFigures)) {
    tiles.push({ key: `figure ${name}`, label: name, value: formatValue(mean), sub: `mean of ${plural(n, 'answer')}` })
  }
  if (total.fallbackShare) {
    const saved = total.failovers === 0 ? 'for low confidence' : `${plural(total.failovers, 'request')} would have failed`
    tiles.push({ key: 'fallback', label: 'Answered by a fallback', ...percent(total.fallbackShare), sub: saved })
  }
  if (total.reviews > 0) {
    tiles.push({
      key: 'reviews',
      label: 'For review',
      value: formatNumber(total.reviews),
      sub: `${formatShare(total.reviews / Math.max(1, total.rows))} of the answers`,
    })
  }
  if (total.edgeShare) tiles.push({ key: 'edge', label: 'Answered at the edge', ...percent(total.edgeShare), sub: 'reported by bundles' })
  return tiles
}

function percent(share: number): { value: string; unit: string } {
  return { value: (share * 100).toFixed(1), unit: '%' }
}

import { FigureTile } from '#components/charts/figure-tile'
import type { MonitorView } from '#core/monitor/views'
import { prepareServingTiles } from './prepare-serving-tiles.ts'

/** A second row of figures, there only when outcomes were reported, fallbacks answered, or answers came from elsewhere. */
export function ServingTiles({ view }: { view: MonitorView }) {
  const tiles = prepareServingTiles(view)
  if (tiles.length === 0) return null
  return (
    <div className="tiles two mt-3" style={{ gridTemplateColumns: 'repeat(6, minmax(0, 1fr))' }}>
      {tiles.map(({ key, ...tile }) => (
        <FigureTile key={key} {...tile} />
      ))}
    </div>
  )
}

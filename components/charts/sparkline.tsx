import { prepareSparkline } from './prepare-sparkline.ts'

/** A figure's course in 56 x 18 px; gaps stay gaps. Bars for counts, a line for the rest. */
export function Sparkline({
  values,
  kind = 'line',
  width = 56,
  height = 18,
}: {
  values: readonly (number | null)[]
  kind?: 'line' | 'bars'
  width?: number
  height?: number
}) {
  const spark = prepareSparkline(values, width, height)
  if (spark.isEmpty) return null
  return (
    <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      {kind === 'bars' ? (
        spark.bars.map((bar) => <rect key={bar.x} className="f1" rx={0.5} {...bar} />)
      ) : (
        <>
          <path className="f1 band" d={spark.area} />
          <path className="ln c1" d={spark.line} />
          {spark.last ? <circle className="f1" cx={spark.last.x} cy={spark.last.y} r={2} /> : null}
        </>
      )}
    </svg>
  )
}

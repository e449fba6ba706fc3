'use client'

import type { ClustersReport } from '#core/reports/clusters'
import { plural } from '#core/words/format'
import { Axes, EmptyChart } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { preparePicture } from './prepare-clusters.ts'

/** Rows along the two directions in which they differ most, in the colours of their clusters. */
export function ClusterPicture({ report, chosen, height = 320 }: { report: ClustersReport; chosen: string | null; height?: number }) {
  return (
    <Measured height={height}>
      {(width) => {
        const chart = preparePicture(report, chosen, width, height)
        if (chart.isEmpty) return <EmptyChart height={height}>There are no rows to draw.</EmptyChart>
        return (
          <>
            <Plot
              width={width}
              height={height}
              label={`${plural(chart.dots.length, 'row')} along two components, by cluster${chosen === null ? '' : `; cluster ${chosen} stands out`}`}
            >
              <Axes frame={chart.frame} xTicks={chart.xTicks} yTicks={chart.yTicks} baseline={false} />
              {chart.dots.map((dot) => (
                <circle key={dot.key} cx={dot.x} cy={dot.y} r={2.5} fill={dot.colour} opacity={0.65} />
              ))}
            </Plot>
            <p className="sm t3">{`Across: ${chart.xName}. Up: ${chart.yName}.`}</p>
          </>
        )
      }}
    </Measured>
  )
}

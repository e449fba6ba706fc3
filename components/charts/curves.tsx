'use client'

import { Axes, EmptyChart, Legend } from './axes'
import { Measured } from './measured'
import { Plot } from './plot'
import { type CurveInput, prepareCurves } from './prepare-curves.ts'

/** Precision-recall or ROC curves, one against the rest, with a point where the threshold is 0.5. */
export function Curves({
  curves,
  kind,
  height = 240,
}: {
  curves: readonly CurveInput[]
  kind: 'roc' | 'precision-recall'
  height?: number
}) {
  const words = kind === 'roc' ? 'True positive rate against false positive rate' : 'Precision against recall'
  return (
    <Measured height={height}>
      {(width) => {
        if (curves.every((curve) => curve.points.length === 0)) {
          return (
            <EmptyChart height={height}>
              No class has both kinds of rows, so there is no curve. Evaluate on rows of at least two classes.
            </EmptyChart>
          )
        }
        const chart = prepareCurves(curves, width, height, kind)
        return (
          <>
            <Plot
              width={width}
              height={height}
              label={`${words}, per class: ${curves.map((curve) => curve.name).join(', ')}`}
              reach={[chart.frame.top, chart.frame.bottom]}
              stops={chart.stops}
            >
              <Axes frame={chart.frame} xTicks={chart.xTicks} yTicks={chart.yTicks} />
              {chart.diagonal ? <path className="ref" d={chart.diagonal} /> : null}
              {chart.curves.map((curve) => (
                <path key={curve.name} className="ln" d={curve.path} stroke={curve.colour} />
              ))}
              {chart.curves.map((curve) =>
                curve.half ? (
                  <circle
                    key={curve.name}
                    cx={curve.half.x}
                    cy={curve.half.y}
                    r={3}
                    fill={curve.colour}
                    stroke="var(--bg-surface)"
                    strokeWidth={1.5}
                  />
                ) : null,
              )}
            </Plot>
            <Legend items={curves.map((curve) => ({ name: curve.name, colour: curve.colour }))} />
          </>
        )
      }}
    </Measured>
  )
}

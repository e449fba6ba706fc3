'use client'

import { Measured } from './measured'
import { type DriftMapInput, prepareDriftMap } from './prepare-drift-map.ts'

/** Heat map of drift, columns down and time across; a triangle where the limit is crossed. The words of each row stand beside it. */
export function DriftMap({ input, label }: { input: DriftMapInput; label: string }) {
  return (
    <Measured height={input.rows.length * 24 + 22}>
      {(width) => {
        const map = prepareDriftMap(input, width)
        const { cell } = map
        return (
          <svg className="chart" width={width} height={map.height} viewBox={`0 0 ${width} ${map.height}`} role="img" aria-label={label}>
            {map.rows.map((row) =>
              row.cells.map((one) => (
                <g key={`${row.name} ${one.x}`}>
                  <title>{one.title}</title>
                  <rect
                    x={one.x + 0.5}
                    y={row.y + 0.5}
                    width={cell.width - 1}
                    height={cell.height - 1}
                    rx={3}
                    fill={one.fill ?? 'transparent'}
                    stroke={one.fill ? 'none' : 'var(--border)'}
                    strokeDasharray={one.fill ? undefined : '2 2'}
                  />
                  {one.isDrifted ? <path d={`M${one.x + cell.width / 2} ${row.y + 7}l4.5 7.5h-9z`} fill={one.ink} /> : null}
                </g>
              )),
            )}
            {map.labels.map((tick) => (
              <text key={tick.x} x={tick.x} y={map.height - 4} textAnchor={tick.anchor}>
                {tick.text}
              </text>
            ))}
          </svg>
        )
      }}
    </Measured>
  )
}

import { statusLook } from '#components/ui/status'
import type { Picture } from '#core/graph/picture'
import { findSpec } from '#stages/specs'
import { preparePicture } from './prepare-picture.ts'

/** A workflow in small: where its stages lie, their category, which are joined, which failed. */
export function GraphPicture({ picture, width = 360, height = 112 }: { picture: Picture; width?: number; height?: number }) {
  const { boxes, lines, node } = preparePicture(picture, width, height)
  if (boxes.length === 0) return <span className="sm t3">Nothing is drawn yet</span>
  return (
    <svg className="mini" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden>
      {lines.map((line) => (
        <path key={line.key} d={line.d} fill="none" stroke="var(--border-control)" strokeWidth={1.25} />
      ))}
      {boxes.map((box) => (
        <g key={box.key} transform={`translate(${box.x} ${box.y})`}>
          <rect
            width={node.width}
            height={node.height}
            rx={3.5}
            fill="var(--bg-surface)"
            stroke={box.status && statusLook(box.status) === 'failed' ? 'var(--st-failed)' : 'var(--border-strong)'}
            strokeDasharray={box.status && statusLook(box.status) === 'stale' ? '3 2' : undefined}
          />
          <rect
            x={node.width * 0.14}
            y={(node.height - node.dot) / 2}
            width={node.dot}
            height={node.dot}
            rx={1.5}
            fill={`var(--cat-${findSpec(box.type)?.category ?? 'flow'})`}
          />
          <rect
            x={node.width * 0.14 + node.dot + 3}
            y={node.height / 2 - 1}
            width={Math.max(2, node.width * 0.72 - node.dot - 3)}
            height={2}
            rx={1}
            fill="var(--border-strong)"
          />
        </g>
      ))}
    </svg>
  )
}

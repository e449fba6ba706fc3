import { getBezierPath, getSmoothStepPath, type Position } from '@xyflow/react'

export type EdgeEnds = {
  sourceX: number
  sourceY: number
  sourcePosition: Position
  targetX: number
  targetY: number
  targetPosition: Position
}

/** How an edge that goes back finds its way: free space under the source node, and a lane of its own in it. */
export type EdgeWay = {
  /** From the port to the middle of the gap under its node, in canvas units. */
  under: number
  /** 0 to `lanes - 1`; neighbours in a gap differ, so that two edges never look like one. */
  lane: number
}

export const lanes = 4
const laneGap = 7
const stub = 16

/** A bow to the right; an edge that goes back runs through the gap under its source, never through the nodes between. */
export function edgePath(ends: EdgeEnds, { under, lane }: EdgeWay): [path: string, labelX: number, labelY: number] {
  if (ends.targetX > ends.sourceX + stub) {
    const [path, x, y] = getBezierPath(ends)
    return [path, x, y]
  }
  const [path, x, y] = getSmoothStepPath({
    ...ends,
    borderRadius: 10,
    offset: stub + lane * laneGap,
    centerY: ends.sourceY + under + (lane - (lanes - 1) / 2) * laneGap,
  })
  return [path, x, y]
}

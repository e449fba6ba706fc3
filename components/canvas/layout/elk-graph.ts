import type { ElkNode } from 'elkjs/lib/elk-api.js'
import type { Position } from '#core/graph/edit'
import { type Graph, parsePortRef } from '#core/graph/graph'
import { nodeLayout, nodeWidth } from '../stage-shape.ts'

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.spacing.nodeNode': '38',
  'elk.layered.spacing.nodeNodeBetweenLayers': '56',
  'elk.spacing.componentComponent': '56',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.crossingMinimization.strategy': 'LAYER_SWEEP',
  // A fixed seed: the same graph is tidied up the same way every time.
  'elk.randomSeed': '1',
}

/** The graph as the layout engine wants it: nodes with sizes and ports in their places, so that few edges cross. */
export function toElk(graph: Pick<Graph, 'stages' | 'edges'>): ElkNode {
  const known = new Set(graph.stages.map((stage) => stage.id))
  return {
    id: 'root',
    layoutOptions: options,
    children: graph.stages.map((stage) => {
      const { height, ports } = nodeLayout(stage.type)
      return {
        id: stage.id,
        width: nodeWidth,
        height,
        layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
        ports: ports.map(({ port, side, y }) => ({
          id: portId(stage.id, port, side),
          x: side === 'inputs' ? 0 : nodeWidth,
          y,
          width: 0,
          height: 0,
          layoutOptions: { 'elk.port.side': side === 'inputs' ? 'WEST' : 'EAST' },
        })),
      }
    }),
    edges: graph.edges.flatMap(({ from, to }, i) => {
      const [source, target] = [parsePortRef(from), parsePortRef(to)]
      if (!known.has(source.stage) || !known.has(target.stage)) return []
      return [
        { id: `e${i}`, sources: [portId(source.stage, source.port, 'outputs')], targets: [portId(target.stage, target.port, 'inputs')] },
      ]
    }),
  }
}

/** Where the layout engine put each stage, on the 4 px grid, with the top left corner at `corner`. */
export function fromElk(laid: ElkNode, corner: Position): Map<string, Position> {
  const children = laid.children ?? []
  const left = Math.min(...children.map((child) => child.x ?? 0))
  const top = Math.min(...children.map((child) => child.y ?? 0))
  const grid = (value: number) => Math.round(value / 4) * 4
  return new Map(
    children.map((child) => [child.id, { x: grid((child.x ?? 0) - left + corner.x), y: grid((child.y ?? 0) - top + corner.y) }]),
  )
}

function portId(stage: string, port: string, side: 'inputs' | 'outputs'): string {
  return `${stage}:${side}:${port}`
}

import type { Picture } from '#core/graph/picture'

type Box = { key: string; x: number; y: number; type: string; status: Picture['stages'][number]['status'] }
export type PreparedPicture = {
  boxes: Box[]
  lines: { key: string; d: string }[]
  node: { width: number; height: number; dot: number }
}

const margin = 14

/** Scales a graph into a box of this size, keeping its shape; nodes keep a readable size and never run out of the box. */
export function preparePicture({ stages, edges }: Picture, width: number, height: number): PreparedPicture {
  const [left, top] = [Math.min(...stages.map(({ x }) => x)), Math.min(...stages.map(({ y }) => y))]
  const wide = Math.max(...stages.map(({ x }) => x)) - left
  const tall = Math.max(...stages.map(({ y }) => y)) - top
  const columns = wide / 276 + 1
  const nodeWidth = Math.max(7, Math.min(33, ((width - 2 * margin) / columns) * 0.78))
  const nodeHeight = Math.max(5, Math.min(15, nodeWidth * 0.46))
  const [roomX, roomY] = [width - 2 * margin - nodeWidth, height - 2 * margin - nodeHeight]
  const scaleX = wide === 0 ? 0 : roomX / wide
  const scaleY = tall === 0 ? 0 : Math.min(roomY / tall, 36 / 132)
  const shift = { x: wide === 0 ? roomX / 2 : 0, y: (roomY - tall * scaleY) / 2 }
  const boxes = stages.map(({ x, y, type, status }, i) => ({
    key: `${i}`,
    x: round(margin + shift.x + (x - left) * scaleX),
    y: round(margin + shift.y + (y - top) * scaleY),
    type,
    status,
  }))
  const lines = edges.flatMap(([from, to]) => {
    const [source, target] = [boxes[from], boxes[to]]
    if (!source || !target) return []
    const start = { x: round(source.x + nodeWidth), y: round(source.y + nodeHeight / 2) }
    const end = { x: target.x, y: round(target.y + nodeHeight / 2) }
    return [{ key: `${from} ${to}`, d: linePath(start, end, nodeHeight / 2 + 3) }]
  })
  return { boxes, lines, node: { width: round(nodeWidth), height: round(nodeHeight), dot: round(Math.min(6, nodeHeight * 0.45)) } }
}

type Point = { x: number; y: number }

/** A bow to the right; what goes back runs through the gap under its source. */
function linePath(start: Point, end: Point, under: number): string {
  if (end.x > start.x) {
    const bend = round((start.x + end.x) / 2)
    return `M${start.x} ${start.y}C${bend} ${start.y} ${bend} ${end.y} ${end.x} ${end.y}`
  }
  const between = round(start.y + under)
  const [right, left] = [round(start.x + 6), round(end.x - 6)]
  return `M${start.x} ${start.y}C${right} ${start.y} ${right} ${between} ${start.x} ${between}H${end.x}C${left} ${between} ${left} ${end.y} ${end.x} ${end.y}`
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}

/** A stretch of a dimension that is a number in [0, 1], or the values of a choice, by index, that belong. */
export type Side = { low: number; high: number } | { cells: readonly boolean[] }

/** A leaf of a regression tree: the part of the space that it covers, a side per dimension, and the mean of its rows. */
export type Box = { sides: Side[]; value: number }

/** The whole of a dimension. */
export const wholeSide = (values: number | null): Side =>
  values === null ? { low: 0, high: 1 } : { cells: new Array<boolean>(values).fill(true) }

/** Share of its dimension that a side covers. */
export const shareOf = (side: Side): number =>
  'cells' in side ? side.cells.filter(Boolean).length / side.cells.length : side.high - side.low

export type Points = {
  /** [rows][dimensions] row-major: a number in [0, 1], or the index of a choice's value. */
  places: Float64Array
  /** Per dimension: how many values the choice has, null for a number. */
  dimensions: readonly (number | null)[]
  /** What is to be explained, per row. */
  values: Float64Array
}

/**
 * Grows a regression tree to its end (CART by squared error, Breiman et al. 1984; choices are cut in the order of their
 * means, which finds the best of all subsets, section 9.4) and returns its leaves, which tile the space. `rows` may repeat,
 * as a bootstrap's do. Of equal cuts the first dimension and the lowest place win.
 */
export function growBoxes(points: Points, rows: Int32Array): Box[] {
  const boxes: Box[] = []
  const open = [{ rows, sides: points.dimensions.map(wholeSide) }]
  for (let node = open.pop(); node; node = open.pop()) {
    const cut = bestCut(points, node.rows)
    if (!cut) {
      boxes.push({ sides: node.sides, value: meanOf(points.values, node.rows) })
      continue
    }
    const { sides } = node
    const { dimension } = cut
    const isLeft = (row: number) => cut.isLeft(points.places[row * points.dimensions.length + dimension] ?? 0)
    const [left, right] = halves(sides[dimension] ?? wholeSide(null), cut)
    open.push({ rows: node.rows.filter(isLeft), sides: sides.with(dimension, left) })
    open.push({ rows: node.rows.filter((row) => !isLeft(row)), sides: sides.with(dimension, right) })
  }
  return boxes
}

type Cut = { dimension: number; place: number; isLeft(place: number): boolean }

function halves(side: Side, { place, isLeft }: Cut): [Side, Side] {
  if ('cells' in side)
    return [{ cells: side.cells.map((has, i) => has && isLeft(i)) }, { cells: side.cells.map((has, i) => has && !isLeft(i)) }]
  return [
    { low: side.low, high: place },
    { low: place, high: side.high },
  ]
}

function meanOf(values: Float64Array, rows: Int32Array): number {
  return rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / rows.length
}

/** The cut that lowers the squared error most; null where all values, or all places, are one. */
function bestCut(points: Points, rows: Int32Array): Cut | null {
  const mean = meanOf(points.values, rows)
  const squares = rows.reduce((sum, row) => sum + ((points.values[row] ?? 0) - mean) ** 2, 0)
  if (squares === 0) return null
  // the rounding of sums must not look like a gain
  let best = squares * 1e-9
  let cut: Cut | null = null
  for (const dimension of points.dimensions.keys()) {
    const groups = groupsOf(points, rows, dimension, mean)
    let [count, sum] = [0, 0]
    for (const [i, group] of groups.slice(0, -1).entries()) {
      count += group.count
      sum += group.sum
      const gain = (sum * sum) / count + (sum * sum) / (rows.length - count)
      if (gain <= best) continue
      best = gain
      cut = cutAfter(groups, i, dimension, points.dimensions[dimension] ?? null)
    }
  }
  return cut
}

/** Rows of one place: how many, and the sum of their values above the mean of the node. */
type Group = { place: number; count: number; sum: number }

/** Groups in the order in which they may be cut: numbers by place, choices by mean. */
function groupsOf({ places, values, dimensions }: Points, rows: Int32Array, dimension: number, mean: number): Group[] {
  const groups = new Map<number, Group>()
  for (const row of rows) {
    const place = places[row * dimensions.length + dimension] ?? 0
    const group = groups.get(place) ?? { place, count: 0, sum: 0 }
    group.count += 1
    group.sum += (values[row] ?? 0) - mean
    groups.set(place, group)
  }
  const byMean = (a: Group, b: Group) => a.sum / a.count - b.sum / b.count || a.place - b.place
  return [...groups.values()].sort(dimensions[dimension] === null ? (a, b) => a.place - b.place : byMean)
}

function cutAfter(groups: readonly Group[], last: number, dimension: number, values: number | null): Cut {
  if (values === null) {
    const place = ((groups[last]?.place ?? 0) + (groups[last + 1]?.place ?? 0)) / 2
    return { dimension, place, isLeft: (at) => at < place }
  }
  const left = new Set(groups.slice(0, last + 1).map(({ place }) => place))
  const right = new Set(groups.slice(last + 1).map(({ place }) => place))
  // a value that no row here has goes with most rows
  const count = (part: Set<number>) => groups.reduce((sum, group) => sum + (part.has(group.place) ? group.count : 0), 0)
  const restIsLeft = count(left) > count(right)
  return { dimension, place: 0, isLeft: (at) => left.has(at) || (restIsLeft && !right.has(at)) }
}

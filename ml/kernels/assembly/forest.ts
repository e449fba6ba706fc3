// Grows one tree of a forest over rows of bins, depth first: see ml/estimators/random-forest.ts; ml/kernels/build.mjs compiles
// this file. All pointers are bytes. A row has a weight, and its weight times 1 or times a number in one of `outputs` sums;
// the gain of a split is sum_k l_k^2 / l + r_k^2 / r: less Gini impurity for classes, less variance for numbers.

export { binColumn, sortFloats } from './binning'

// The table and its rows.
let bins: usize, stride: usize, columns: i32
// order: u32[n], scratch: u32[n] · slots: u32 output per row · values, weights: f64 per row
let order: usize, scratch: usize, slots: usize, values: usize, weights: usize, outputs: i32
// The settings.
let tries: i32, minLeaf: i32, maxDepth: i32, isRandom: bool, random: u32
// Work space. permutation: u16[columns] · sums: f64[256][outputs + 1] with the weight first, then counts: u32[256] · stack: i32[][5]
let permutation: usize, sums: usize, counts: usize, left: usize, all: usize, stack: usize, top: i32
// The tree. nodes: i32[][5] column, bin, left, right (~leaf below 0), f32 gain · leaves: f32[][outputs + 1], its weight first
let nodes: usize, nodeCount: i32, leaves: usize, leafCount: i32

export function setTable(bins_: usize, stride_: usize, columns_: i32, slots_: usize, values_: usize, outputs_: i32): void {
  bins = bins_
  stride = stride_
  columns = columns_
  slots = slots_
  values = values_
  outputs = outputs_
}

export function setRules(tries_: i32, minLeaf_: i32, maxDepth_: i32, isRandom_: bool): void {
  tries = tries_
  minLeaf = minLeaf_
  maxDepth = maxDepth_
  isRandom = isRandom_
}

// work: u16[columns], then f64[256 + 2][outputs + 1], then u32[256], each from a multiple of 8.
export function setSpace(order_: usize, scratch_: usize, weights_: usize, work: usize, stack_: usize, nodes_: usize, leaves_: usize): void {
  order = order_
  scratch = scratch_
  weights = weights_
  permutation = work
  sums = (work + (<usize>columns << 1) + 7) & ~7
  const width = <usize>(outputs + 1) << 3
  left = sums + 256 * width
  all = left + width
  counts = all + width
  stack = stack_
  nodes = nodes_
  leaves = leaves_
}

// Begins a tree over order[0..n).
export function begin(n: i32, seed: u32): void {
  random = seed
  nodeCount = 0
  leafCount = 0
  top = 0
  for (let i = 0; i < columns; i++) store<u16>(permutation + (<usize>i << 1), <u16>i)
  push(0, n, 0, -1, 0)
}

// Splits nodes until `budget` rows were looked at; false when the tree is done.
export function grow(budget: i32): bool {
  while (top > 0 && budget > 0) {
    top -= 1
    const at = stack + <usize>top * 20
    const from = load<i32>(at), to = load<i32>(at, 4), depth = load<i32>(at, 8), parent = load<i32>(at, 12), side = load<i32>(at, 16)
    budget -= (to - from) * (tries + 1)
    const id = splitNode(from, to, depth)
    if (parent >= 0) store<i32>(nodes + <usize>parent * 20 + (side ? 12 : 8), id)
  }
  return top > 0
}

export function countNodes(): i32 {
  return nodeCount
}

export function countLeaves(): i32 {
  return leafCount
}

function push(from: i32, to: i32, depth: i32, parent: i32, side: i32): void {
  const at = stack + <usize>top * 20
  store<i32>(at, from)
  store<i32>(at, to, 4)
  store<i32>(at, depth, 8)
  store<i32>(at, parent, 12)
  store<i32>(at, side, 16)
  top += 1
}

@inline function rowAt(i: i32): usize {
  return <usize>load<u32>(order + (<usize>i << 2))
}

// Adds a row to a cell of sums.
@inline function addRow(cell: usize, row: usize): void {
  store<f64>(cell, load<f64>(cell) + load<f64>(weights + (row << 3)))
  const slot = cell + 8 + (<usize>load<u32>(slots + (row << 2)) << 3)
  store<f64>(slot, load<f64>(slot) + load<f64>(weights + (row << 3)) * load<f64>(values + (row << 3)))
}

function splitNode(from: i32, to: i32, depth: i32): i32 {
  const width = <usize>(outputs + 1) << 3
  memory.fill(all, 0, width)
  for (let i = from; i < to; i++) addRow(all, rowAt(i))
  const n = to - from
  if (depth >= maxDepth || n < 2 * minLeaf || isPure(from, to)) return makeLeaf()
  bestGain = -1
  // Columns are drawn until `tries` of them have two values, as scikit-learn does.
  let found = 0
  for (let drawn = 0; drawn < columns && found < tries; drawn++) {
    const other = drawn + <i32>(next() % <u32>(columns - drawn))
    const a = permutation + (<usize>drawn << 1), b = permutation + (<usize>other << 1)
    const column = load<u16>(b)
    store<u16>(b, load<u16>(a))
    store<u16>(a, column)
    if (tryColumn(from, to, column)) found += 1
  }
  if (bestGain < 0) return makeLeaf()
  const column = bestColumn, bin = bestBin, gain = bestGain - unsplit()
  const middle = partition(from, to, column, bin)
  const id = nodeCount++
  const node = nodes + <usize>id * 20
  store<i32>(node, column)
  store<i32>(node, bin, 4)
  store<f32>(node, <f32>gain, 16)
  // The right one first: the left one is taken next from the stack.
  push(middle, to, depth + 1, id, 1)
  push(from, middle, depth + 1, id, 0)
  return id
}

function makeLeaf(): i32 {
  const at = leaves + (<usize>(leafCount * (outputs + 1)) << 2)
  const weight = load<f64>(all)
  store<f32>(at, <f32>weight)
  for (let k = 0; k < outputs; k++) store<f32>(at + 4 + (<usize>k << 2), <f32>(load<f64>(all + 8 + (<usize>k << 3)) / weight))
  leafCount += 1
  return ~(leafCount - 1)
}

// All rows have the same slot and value.
function isPure(from: i32, to: i32): bool {
  const first = rowAt(from)
  const slot = load<u32>(slots + (first << 2)), value = load<f64>(values + (first << 3))
  for (let i = from + 1; i < to; i++) {
    const row = rowAt(i)
    if (load<u32>(slots + (row << 2)) != slot || load<f64>(values + (row << 3)) != value) return false
  }
  return true
}

let bestGain: f64, bestColumn: i32, bestBin: i32

// Looks for the best border of a column; false when all rows are in one bin.
function tryColumn(from: i32, to: i32, column: i32): bool {
  const cells = bins + <usize>column
  let low = 255, high = 0
  for (let i = from; i < to; i++) {
    const bin = <i32>load<u8>(cells + rowAt(i) * stride)
    low = min(low, bin)
    high = max(high, bin)
  }
  if (low == high) return false
  const width = <usize>(outputs + 1) << 3
  memory.fill(sums + <usize>low * width, 0, <usize>(high - low + 1) * width)
  memory.fill(counts + (<usize>low << 2), 0, <usize>(high - low + 1) << 2)
  for (let i = from; i < to; i++) {
    const row = rowAt(i)
    const bin = <usize>load<u8>(cells + row * stride)
    addRow(sums + bin * width, row)
    const count = counts + (bin << 2)
    store<u32>(count, load<u32>(count) + 1)
  }
  // With random borders one is drawn, and only that one is looked at.
  const wanted = isRandom ? low + <i32>(next() % <u32>(high - low)) : -1
  memory.fill(left, 0, width)
  let n = 0
  for (let bin = low; bin < high; bin++) {
    const count = load<u32>(counts + (<usize>bin << 2))
    if (count > 0) {
      n += count
      const cell = sums + <usize>bin * width
      for (let k: usize = 0; k < width; k += 8) store<f64>(left + k, load<f64>(left + k) + load<f64>(cell + k))
    }
    if (isRandom ? bin != wanted : count == 0) continue
    if (n < minLeaf || to - from - n < minLeaf) continue
    const gain = gainOf()
    if (gain > bestGain) {
      bestGain = gain
      bestColumn = column
      bestBin = bin
    }
  }
  return true
}

// sum_k a_k^2 / a of the whole node: what it gains nothing against.
function unsplit(): f64 {
  let sum: f64 = 0
  for (let k = 0; k < outputs; k++) {
    const value = load<f64>(all + 8 + (<usize>k << 3))
    sum += value * value
  }
  return sum / load<f64>(all)
}

// sum_k l_k^2 / l + r_k^2 / r, without what all borders have in common.
function gainOf(): f64 {
  const l = load<f64>(left), r = load<f64>(all) - l
  let lefts: f64 = 0, rights: f64 = 0
  for (let k = 0; k < outputs; k++) {
    const at = 8 + (<usize>k << 3)
    const a = load<f64>(left + at), b = load<f64>(all + at) - a
    lefts += a * a
    rights += b * b
  }
  return lefts / l + rights / r
}

function partition(from: i32, to: i32, column: i32, bin: i32): i32 {
  const cells = bins + <usize>column
  let l = order + (<usize>from << 2)
  let r = scratch
  for (let at = l, end = order + (<usize>to << 2); at < end; at += 4) {
    const row = load<u32>(at)
    const isLeft = <usize>(<i32>load<u8>(cells + <usize>row * stride) <= bin)
    store<u32>(l, row)
    store<u32>(r, row)
    l += isLeft << 2
    r += (1 - isLeft) << 2
  }
  memory.copy(l, scratch, r - scratch)
  return <i32>((l - order) >> 2)
}

// xorshift32
function next(): u32 {
  random ^= random << 13
  random ^= random >> 17
  random ^= random << 5
  return random
}

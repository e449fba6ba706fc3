import type { TextBlock } from '#ml/features/text-block'
import { wordRanges } from '#ml/features/word-characters'
import type { GraphBuilder } from './graph-builder'

/**
 * A text block as a sparse graph; nothing in it has the size of the vocabulary but its tables.
 *
 *   lower case -> Tokenizer -> LabelEncoder: piece -> id          [rows, pieces]
 *   longer n-grams: id(n-gram) = LabelEncoder(id(prefix) * base + id(last piece)), a walk down a trie
 *   ids of each row sorted, and their runs found -> each (row, term) once, with its count
 *   count -> weight; Gather the term's class weights, scale, ScatterND-add into the row; divide by the row's L2 norm
 *
 * The words are cut by an explicit character class, so that neither runtime's Unicode tables matter.
 */

/** Stands at the end of each text, so that no tensor is empty; `$` keeps it from matching inside. */
const sentinel = '\u0001'
const wordExpression = `[${wordRanges.map(rangeOf).join('')}]{2,}|\\x{1}$`
/** The locale in which native ONNX Runtime lower-cases as JavaScript does; exists without language packs. */
const lowerLocale = 'C.UTF-8'
const double = 11
/** As the end of a Slice: up to the last. */
const end = 2 ** 31 - 1

/** Terms of a block that the model reads, ascending; null: all. The others only make a row longer. */
type Kept = readonly number[] | null

/** Adds the block and returns its part of x W, [rows, outputs]. `text` [rows] strings; `weights` [kept terms][outputs]. */
export function exportText(
  graph: GraphBuilder,
  block: TextBlock,
  text: string,
  { weights, outputs, kept }: { weights: Float32Array; outputs: number; kept: Kept },
): string {
  return sumTerms(graph, block, countTerms(graph, readTerms(graph, block, text)), { weights, outputs, kept })
}

/**
 * The same as exportText in double precision, [rows, outputs], from weights of terms that are float32 as ours are, to the last bit:
 * where a sum decides between two sides, as in trees, rounding of another kind would change sides.
 */
export function exportExactText(
  graph: GraphBuilder,
  block: TextBlock,
  text: string,
  { weights, outputs, kept }: { weights: Float32Array; outputs: number; kept: Kept },
): string {
  const { rows, rowColumn, term, counts } = countTerms(graph, readTerms(graph, block, text))
  const toDouble = (value: string) => graph.add('Cast', [value], { to: double })
  const rounded = (value: string) => toDouble(graph.add('Cast', [value], { to: 1 }))
  const idf = toDouble(graph.add('Gather', [graph.constant([block.terms + 1], withZeros(block.idf, block.terms + 1)), term]))
  const one = graph.constant([], Float64Array.of(1))
  const count = toDouble(counts)
  const frequency = block.weighting === 'binary' ? one : block.sublinear ? graph.add('Add', [graph.add('Log', [count]), one]) : count
  const weight = graph.add('Mul', [frequency, idf])
  const zeros = (shape: string) =>
    graph.add('ConstantOfShape', [shape], { value: { tensor: { name: '', dims: [1], data: new Float64Array(1) } } })
  let values = rounded(weight)
  if (block.weighting === 'tf-idf') {
    const squares = graph.add('ScatterND', [zeros(rows), rowColumn, graph.add('Mul', [weight, weight])], { reduction: 'add' })
    const scale = graph.add('Div', [one, graph.add('Sqrt', [graph.add('Max', [squares, graph.constant([], Float64Array.of(1e-300))])])])
    values = rounded(graph.add('Mul', [values, graph.add('GatherND', [scale, rowColumn])]))
  }
  const lines = (kept?.length ?? block.terms) + 1
  const table = graph.constant([lines, outputs], withZeros(weights, lines * outputs))
  const gathered = toDouble(graph.add('Gather', [table, keptTerm(graph, block, term, kept)]))
  const scaled = graph.add('Mul', [gathered, graph.add('Unsqueeze', [values, graph.ints(1)])])
  const shape = graph.add('Concat', [rows, graph.ints(outputs)], { axis: 0 })
  return graph.add('ScatterND', [zeros(shape), rowColumn, scaled], { reduction: 'add' })
}

/** Adds the block and returns the weight of each kept term, [rows, kept terms]. For the few terms that a model of trees reads. */
export function denseText(graph: GraphBuilder, block: TextBlock, text: string, kept: Kept): string {
  const counted = countTerms(graph, readTerms(graph, block, text))
  const { rows, rowColumn, term, counts } = counted
  const weight = termWeights(graph, block, term, counts) ?? graph.add('Cast', [graph.add('Min', [counts, graph.int(1)])], { to: 1 })
  // One column more, for what is no term.
  const width = kept?.length ?? block.terms
  const shape = graph.add('Concat', [rows, graph.ints(width + 1)], { axis: 0 })
  const column = graph.add('Unsqueeze', [keptTerm(graph, block, term, kept), graph.ints(1)])
  const place = graph.add('Concat', [rowColumn, column], { axis: 1 })
  const all = graph.add('ScatterND', [graph.add('ConstantOfShape', [shape]), place, weight])
  const values = graph.add('Slice', [all, graph.ints(0), graph.ints(width), graph.ints(1)])
  return block.weighting === 'tf-idf' ? graph.add('Div', [values, rowNorms(graph, counted, weight)]) : values
}

/** Term -> place among the kept ones, and one more for every other. */
function keptTerm(graph: GraphBuilder, block: TextBlock, term: string, kept: Kept): string {
  if (!kept) return term
  const places = new BigInt64Array(block.terms + 1).fill(BigInt(kept.length))
  for (const [place, id] of kept.entries()) places[id] = BigInt(place)
  return graph.add('Gather', [graph.constant([places.length], places), term])
}

/** Ids of the terms of each row, [rows, n]; `block.terms` stands for none. */
function readTerms(graph: GraphBuilder, block: TextBlock, text: string): string {
  if (block.hashBits !== null) return hashWords(graph, block, block.hashBits, wordPieces(graph, text))
  const trie = trieOf(block)
  const pieces = block.form.unit === 'word' ? wordPieces(graph, text) : characterPieces(graph, text)
  const first = graph.add(
    'LabelEncoder',
    [pieces],
    { keys_strings: { strings: trie.pieces.texts }, values_int64s: { ints: trie.pieces.ids }, default_int64: trie.unknownPiece },
    'ai.onnx.ml',
  )
  const levels = [first]
  for (const { keys, ids } of trie.levels) {
    const prefix = graph.add('Slice', [levels.at(-1) ?? first, graph.ints(0), graph.ints(-1), graph.ints(1)])
    const last = graph.add('Slice', [first, graph.ints(levels.length), graph.ints(end), graph.ints(1)])
    const key = graph.add('Add', [graph.add('Mul', [prefix, graph.int(trie.dead + 1)]), last])
    levels.push(
      graph.add(
        'LabelEncoder',
        [key],
        { keys_int64s: { ints: keys }, values_int64s: { ints: ids }, default_int64: trie.dead },
        'ai.onnx.ml',
      ),
    )
  }
  const counted = levels.slice(block.form.min - 1)
  const all = counted.length > 1 ? graph.add('Concat', counted, { axis: 1 }) : (counted[0] ?? first)
  return trie.dead > block.terms ? graph.add('Min', [all, graph.int(block.terms)]) : all
}

/** Ids of hashed n-grams, as ml/features/hash-terms.ts. `pieces` [rows, n] words, the sentinel where there are none. */
function hashWords(graph: GraphBuilder, block: TextBlock, bits: number, pieces: string): string {
  const local = graph.constant(
    [block.local.length],
    BigInt64Array.from(block.local, (term) => BigInt(term < 0 ? block.terms : term)),
  )
  const levels: string[] = []
  let joined = pieces
  for (let length = 1; length <= block.form.max; length++) {
    const last = length === 1 ? pieces : graph.add('Slice', [pieces, graph.ints(length - 1), graph.ints(end), graph.ints(1)])
    if (length > 1) {
      const prefix = graph.add('Slice', [joined, graph.ints(0), graph.ints(-1), graph.ints(1)])
      joined = graph.add('StringConcat', [graph.add('StringConcat', [prefix, graph.text(' ')]), last])
    }
    if (length < block.form.min) continue
    const hash = graph.add('Cast', [graph.add('MurmurHash3', [joined], { seed: 0, positive: 1 }, 'com.microsoft')], { to: 7 })
    const term = graph.add('Gather', [local, graph.add('Mod', [hash, graph.int(2 ** bits)])])
    const isNone = graph.add('Equal', [last, graph.text(sentinel)])
    levels.push(graph.add('Where', [isNone, graph.int(block.terms), term]))
  }
  return levels.length > 1 ? graph.add('Concat', levels, { axis: 1 }) : (levels[0] ?? '')
}

/** Lower-cases `text`, one code point for one. */
export function exportLowercase(graph: GraphBuilder, text: string): string {
  return graph.add('StringNormalizer', [text], { case_change_action: 'LOWER', is_case_sensitive: 1, locale: lowerLocale })
}

/** Cuts texts into words, [rows, n]; the sentinel, which is no word, where there are none. */
export function wordPieces(graph: GraphBuilder, text: string): string {
  const ended = graph.add('StringConcat', [text, graph.text(` ${sentinel}`)])
  return graph.add('Tokenizer', [ended], { mark: 0, mincharnum: 1, pad_value: sentinel, tokenexp: wordExpression }, 'com.microsoft')
}

function characterPieces(graph: GraphBuilder, text: string): string {
  const padded = graph.add('StringConcat', [graph.add('StringConcat', [graph.text(' '), text]), graph.text(' ')])
  return graph.add('Tokenizer', [padded], { mark: 0, mincharnum: 1, pad_value: sentinel, separators: { strings: [''] } }, 'com.microsoft')
}

type Trie = {
  pieces: { texts: string[]; ids: number[] }
  unknownPiece: number
  /** Level i holds the n-grams of i + 2 pieces: prefix * (dead + 1) + last piece -> id. */
  levels: { keys: number[]; ids: number[] }[]
  /** The id of everything unknown; below it first the terms, then n-grams that are only prefixes. */
  dead: number
}

function trieOf(block: TextBlock): Trie {
  const { table, kept, form } = block
  const isWord = form.unit === 'word'
  const idOf = new Map<number, number>()
  for (const [term, id] of kept.entries()) idOf.set(id, term)
  const visit = (id: number) => {
    if (id >= 0 && !idOf.has(id)) idOf.set(id, idOf.size)
  }
  for (const term of kept) {
    for (let id = term; id >= 0; id = table.parent[id] ?? -1) {
      visit(id)
      if ((table.parent[id] ?? -1) >= 0) visit(table.last[id] ?? -1)
    }
  }
  const dead = idOf.size
  const trie: Trie = { pieces: { texts: [], ids: [] }, unknownPiece: dead, levels: [], dead }
  for (const [id, node] of idOf) {
    const parent = table.parent[id] ?? -1
    if (parent < 0) {
      if (isWord) addPiece(trie, table.text(id, ''), node)
      continue
    }
    const level = (table.order[id] ?? 2) - 2
    while (trie.levels.length <= level) trie.levels.push({ keys: [], ids: [] })
    trie.levels[level]?.keys.push((idOf.get(parent) ?? dead) * (dead + 1) + (idOf.get(table.last[id] ?? -1) ?? dead))
    trie.levels[level]?.ids.push(node)
  }
  if (isWord) return trie
  // a character that training has seen is no separator, even where none of its n-grams was kept
  for (let id = 0; id < table.size; id++) if ((table.parent[id] ?? -1) < 0) addPiece(trie, table.text(id, ''), idOf.get(id) ?? dead)
  const space = trie.pieces.texts.indexOf(' ')
  return { ...trie, unknownPiece: trie.pieces.ids[space] ?? dead }
}

function addPiece(trie: Trie, text: string, id: number): void {
  trie.pieces.texts.push(text)
  trie.pieces.ids.push(id)
}

/** Each term of each row once, of the whole batch one after the other: its row, its id and how often it occurs. */
type CountedTerms = {
  /** [1]: how many rows. */
  rows: string
  /** [n, 1] */
  rowColumn: string
  /** [n] */
  term: string
  counts: string
}

/** The runs of equal ids in each row of `terms` [rows, n], n at least 1. */
export function countTerms(graph: GraphBuilder, terms: string): CountedTerms {
  const dims = graph.add('Shape', [terms])
  const rows = graph.add('Slice', [dims, graph.ints(0), graph.ints(1)])
  const width = graph.add('Slice', [dims, graph.ints(1), graph.ints(2)])
  const [sorted = ''] = graph.addMany('TopK', [terms, width], 2, { axis: 1, largest: 0, sorted: 1 })
  const { starts, counts } = findRuns(graph, sorted)
  const term = graph.add('Gather', [graph.add('Reshape', [sorted, graph.ints(-1)]), starts])
  // Not by zero, where all texts of a batch are too short for any n-gram; integers have no infinity.
  const row = graph.add('Div', [starts, graph.add('Max', [width, graph.ints(1)])])
  return { rows, rowColumn: graph.add('Unsqueeze', [row, graph.ints(1)]), term, counts }
}

/** Counted terms times their weights [kept terms][outputs] -> [rows, outputs]. */
function sumTerms(
  graph: GraphBuilder,
  block: TextBlock,
  counted: CountedTerms,
  { weights, outputs, kept }: { weights: Float32Array; outputs: number; kept: Kept },
): string {
  const { rows, rowColumn, term, counts } = counted
  const weight = termWeights(graph, block, term, counts)
  const lines = (kept?.length ?? block.terms) + 1
  const table = graph.constant([lines, outputs], withZeros(weights, lines * outputs))
  const gathered = graph.add('Gather', [table, keptTerm(graph, block, term, kept)])
  const scaled = weight === null ? gathered : graph.add('Mul', [gathered, graph.add('Unsqueeze', [weight, graph.ints(1)])])
  const shape = graph.add('Concat', [rows, graph.ints(outputs)], { axis: 0 })
  const sums = graph.add('ScatterND', [graph.add('ConstantOfShape', [shape]), rowColumn, scaled], { reduction: 'add' })
  if (block.weighting !== 'tf-idf' || weight === null) return sums
  return graph.add('Div', [sums, rowNorms(graph, counted, weight)])
}

/** L2 norm of each row's weights, [rows, 1]; above 0. */
function rowNorms(graph: GraphBuilder, { rows, rowColumn }: CountedTerms, weight: string): string {
  const zeros = graph.add('ConstantOfShape', [rows])
  const squares = graph.add('ScatterND', [zeros, rowColumn, graph.add('Mul', [weight, weight])], { reduction: 'add' })
  const norm = graph.add('Sqrt', [graph.add('Max', [squares, graph.float(1e-30)])])
  return graph.add('Unsqueeze', [norm, graph.ints(1)])
}

/**
 * Where, in a matrix [rows, n] of whole numbers from 0 with ascending rows, a value is not the one before it in its row (as
 * places in the flattened matrix, ascending), and how many places it is to the next one. The operator Unique says the same,
 * but takes as long as all the others together.
 */
function findRuns(graph: GraphBuilder, sorted: string): { starts: string; counts: string } {
  const before = graph.add('Pad', [sorted, graph.ints(0, 1, 0, -1), graph.int(-1)])
  const steps = graph.add('Reshape', [graph.add('Sub', [sorted, before]), graph.ints(-1)])
  const starts = graph.add('Reshape', [graph.add('NonZero', [steps]), graph.ints(-1)])
  const others = graph.add('Slice', [starts, graph.ints(1), graph.ints(end)])
  const nextStarts = graph.add('Concat', [others, graph.add('Shape', [steps])], { axis: 0 })
  return { starts, counts: graph.add('Sub', [nextStarts, starts]) }
}

/** Weight per (row, term), 0 for none; null when all are 1. */
function termWeights(graph: GraphBuilder, block: TextBlock, term: string, counts: string): string | null {
  if (block.weighting === 'binary') return null
  const count = graph.add('Cast', [counts], { to: 1 })
  const frequency = block.sublinear ? graph.add('Add', [graph.add('Log', [count]), graph.float(1)]) : count
  if (block.weighting === 'count') return frequency
  return graph.add('Mul', [
    frequency,
    graph.add('Gather', [graph.constant([block.terms + 1], withZeros(block.idf, block.terms + 1)), term]),
  ])
}

function withZeros(values: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length)
  longer.set(values)
  return longer
}

function rangeOf([first, last]: readonly [number, number]): string {
  const hex = (codePoint: number) => `\\x{${codePoint.toString(16)}}`
  return first === last ? hex(first) : `${hex(first)}-${hex(last)}`
}

/** What a TermTable holds, as arrays that can be stored. */
export type TermTableParts = {
  /** [n-grams]: the n-gram without its last piece, or -1 for a piece. */
  parent: Int32Array
  /** [n-grams]: the last piece; of a piece, where it begins in `units`. */
  last: Int32Array
  /** [n-grams]: of a piece, how many units it has; else 0. */
  lengths: Int32Array
  /** UTF-16 units of all pieces. */
  units: Uint16Array
}

/**
 * Interns n-grams. A piece (a word, or one character) is stored by its UTF-16 units; a longer n-gram is a pair of the
 * n-gram before and its last piece, so that a million bigrams cost integers and no strings. Ids count up from 0 in
 * order of first appearance. Owner of growing typed arrays.
 */
export class TermTable {
  /** Number of n-grams. */
  size = 0
  /** n-gram without its last piece, or -1 for a piece. */
  parent = new Int32Array(1024)
  /** Id of the last piece; of a piece, its start in `units`. */
  last = new Int32Array(1024)
  /** Pieces in the n-gram. */
  order = new Uint8Array(1024)
  private units = new Uint16Array(8192)
  private unitsUsed = 0
  private pieceLength = new Int32Array(1024)
  private pieceSlots = new Int32Array(2048).fill(-1)
  private pieces = 0
  private pairSlots = new Int32Array(2048).fill(-1)
  private pairs = 0

  /** Id of the piece in `units[from, to)`; when unknown, a new id if `insert`, else -1. */
  piece(units: Uint16Array, from: number, to: number, insert: boolean): number {
    const mask = this.pieceSlots.length - 1
    let slot = hashUnits(units, from, to) & mask
    for (;;) {
      const id = this.pieceSlots[slot] ?? -1
      if (id < 0) break
      if (this.isPiece(id, units, from, to)) return id
      slot = (slot + 1) & mask
    }
    if (!insert) return -1
    const length = to - from
    if (this.unitsUsed + length > this.units.length)
      this.units = grown(this.units, Math.max(this.units.length * 2, this.unitsUsed + length))
    for (let i = 0; i < length; i++) this.units[this.unitsUsed + i] = units[from + i] ?? 0
    const id = this.add(-1, this.unitsUsed, 1)
    this.pieceLength[id] = length
    this.unitsUsed += length
    this.pieceSlots[slot] = id
    this.pieces += 1
    if (this.pieces * 2 > mask) this.rehashPieces()
    return id
  }

  /** Id of the n-gram `prefix` followed by `piece`; when unknown, a new id if `insert`, else -1. */
  extend(prefix: number, piece: number, insert: boolean): number {
    const mask = this.pairSlots.length - 1
    let slot = hashPair(prefix, piece) & mask
    for (;;) {
      const id = this.pairSlots[slot] ?? -1
      if (id < 0) break
      if (this.parent[id] === prefix && this.last[id] === piece) return id
      slot = (slot + 1) & mask
    }
    if (!insert) return -1
    const id = this.add(prefix, piece, (this.order[prefix] ?? 0) + 1)
    this.pairSlots[slot] = id
    this.pairs += 1
    if (this.pairs * 2 > mask) this.rehashPairs()
    return id
  }

  /** The n-gram's pieces, joined. */
  text(id: number, joiner: string): string {
    const parts: string[] = []
    for (let at = id; at >= 0; at = this.parent[at] ?? -1) {
      const piece = (this.parent[at] ?? -1) < 0 ? at : (this.last[at] ?? 0)
      const from = this.last[piece] ?? 0
      parts.push(String.fromCharCode(...this.units.subarray(from, from + (this.pieceLength[piece] ?? 0))))
    }
    return parts.reverse().join(joiner)
  }

  /** The same n-grams as arrays. */
  parts(): TermTableParts {
    return {
      parent: this.parent.slice(0, this.size),
      last: this.last.slice(0, this.size),
      lengths: this.pieceLength.slice(0, this.size),
      units: this.units.slice(0, this.unitsUsed),
    }
  }

  /** The table of these parts; ids are as they were. */
  static of({ parent, last, lengths, units }: TermTableParts): TermTable {
    const table = new TermTable()
    for (const [id, before] of parent.entries()) {
      const at = last[id] ?? 0
      if (before < 0) table.piece(units, at, at + (lengths[id] ?? 0), true)
      else table.extend(before, at, true)
    }
    return table
  }

  /**
   * A table of only the n-grams `ids` (ascending) and what they are made of, with `allPieces` also of every piece, and the new
   * id of each, ascending as well.
   */
  only(ids: Int32Array, allPieces: boolean): { table: TermTable; ids: Int32Array } {
    const table = new TermTable()
    const copies = new Int32Array(this.size).fill(-1)
    const copy = (id: number): number => {
      const known = copies[id] ?? -1
      if (known >= 0) return known
      const [parent, last] = [this.parent[id] ?? -1, this.last[id] ?? 0]
      const own =
        parent < 0 ? table.piece(this.units, last, last + (this.pieceLength[id] ?? 0), true) : table.extend(copy(parent), copy(last), true)
      copies[id] = own
      return own
    }
    if (allPieces) for (let id = 0; id < this.size; id++) if ((this.parent[id] ?? 0) < 0) copy(id)
    return { table, ids: ids.map(copy) }
  }

  private add(parent: number, last: number, order: number): number {
    const id = this.size++
    if (id >= this.parent.length) {
      const capacity = this.parent.length * 2
      this.parent = grown(this.parent, capacity)
      this.last = grown(this.last, capacity)
      this.order = grown(this.order, capacity)
      this.pieceLength = grown(this.pieceLength, capacity)
    }
    this.parent[id] = parent
    this.last[id] = last
    this.order[id] = order
    return id
  }

  private isPiece(id: number, units: Uint16Array, from: number, to: number): boolean {
    const length = to - from
    if (this.pieceLength[id] !== length) return false
    const start = this.last[id] ?? 0
    for (let i = 0; i < length; i++) if (this.units[start + i] !== units[from + i]) return false
    return true
  }

  private rehashPieces(): void {
    const slots = new Int32Array(this.pieceSlots.length * 4).fill(-1)
    for (let id = 0; id < this.size; id++) {
      if ((this.parent[id] ?? 0) >= 0) continue
      const start = this.last[id] ?? 0
      place(slots, hashUnits(this.units, start, start + (this.pieceLength[id] ?? 0)), id)
    }
    this.pieceSlots = slots
  }

  private rehashPairs(): void {
    const slots = new Int32Array(this.pairSlots.length * 4).fill(-1)
    for (let id = 0; id < this.size; id++) {
      const parent = this.parent[id] ?? -1
      if (parent >= 0) place(slots, hashPair(parent, this.last[id] ?? 0), id)
    }
    this.pairSlots = slots
  }
}

/** FNV-1a over UTF-16 units, mixed once more because only low bits choose the slot. */
function hashUnits(units: Uint16Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (units[i] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

function hashPair(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

function place(slots: Int32Array, hash: number, id: number): void {
  const mask = slots.length - 1
  let slot = hash & mask
  while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask
  slots[slot] = id
}

/** A larger copy of a typed array. */
export function grown<T extends Int32Array | Uint16Array | Uint8Array | Float32Array>(array: T, capacity: number): T {
  // the constructor of a typed array makes its own kind
  const larger = new (array.constructor as new (length: number) => T)(capacity)
  larger.set(array)
  return larger
}

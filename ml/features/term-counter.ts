import { type Fold, foldFor } from './fold-characters'
import { sharedInts } from './shared-arrays'
import { grown, TermTable } from './term-table'

/** Occurrences of n-grams in rows: row r holds `ids[ptr[r] .. ptr[r+1])`, each once, with its count. */
export type CountedRows = { ptr: Int32Array; ids: Int32Array; counts: Int32Array }

export type TermForm = {
  unit: 'word' | 'char'
  /** Shortest and longest n-gram. */
  min: number
  max: number
  lowercase: boolean
}

/**
 * Counts the n-grams of texts, row by row.
 *
 * Words are runs of at least two word characters (scikit-learn's `\b\w\w+\b`), n-grams of words join neighbours whatever
 * stands between. Character n-grams stay inside a word padded by one space on each side (scikit-learn's `char_wb`, but
 * words shorter than the shortest n-gram give nothing, a lone space is no term, and characters never seen in training
 * separate). A text ends at its first NUL, as it
 * does for ONNX Runtime. Stateless per row, so counting before splitting into folds leaks nothing.
 *
 * With a table that may not grow, n-grams that it does not know are left out.
 */
export class TermCounter {
  private readonly fold: Fold
  private readonly sequence: number[] = []
  private ids = new Int32Array(4096)
  private counts = new Int32Array(4096)
  private used = 0
  private ptr: number[] = [0]
  /** Per n-gram: the last row that held it, and where its count stands. */
  private seenRow = new Int32Array(1024).fill(-1)
  private seenAt = new Int32Array(1024)
  private scratch = new Uint16Array(256)

  constructor(
    private readonly form: TermForm,
    readonly table: TermTable = new TermTable(),
    private readonly grows = true,
  ) {
    this.fold = foldFor(form.unit, form.lowercase)
  }

  /** Appends a row. */
  addRow(text: string): void {
    this.sequence.length = 0
    if (this.form.unit === 'word') this.readWords(text)
    else this.readCharacters(text)
    this.countSequence()
    this.ptr.push(this.used)
  }

  /** All rows so far. */
  rows(): CountedRows {
    const { ptr, ids, counts, used } = this
    return { ptr: sharedInts(ptr), ids: sharedInts(ids.subarray(0, used)), counts: sharedInts(counts.subarray(0, used)) }
  }

  private readWords(text: string): void {
    const { units } = this.fold
    let length = 0
    let points = 0
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit === 0) break
      const folded = units[unit] ?? 0
      if (folded !== 0) {
        if (length === this.scratch.length) this.scratch = grown(this.scratch, length * 2)
        this.scratch[length++] = folded
        points += 1
        continue
      }
      const above = unit >= 0xd800 && unit < 0xdc00 ? this.pairAt(text, i) : 0
      if (above !== 0) {
        if (length + 2 > this.scratch.length) this.scratch = grown(this.scratch, length * 2)
        this.scratch[length++] = 0xd800 + ((above - 0x10000) >> 10)
        this.scratch[length++] = 0xdc00 + ((above - 0x10000) & 0x3ff)
        points += 1
        i += 1
        continue
      }
      if (points >= 2) this.sequence.push(this.table.piece(this.scratch, 0, length, this.grows))
      length = 0
      points = 0
    }
    if (points >= 2) this.sequence.push(this.table.piece(this.scratch, 0, length, this.grows))
  }

  /** Characters as piece ids; separators as -2. The text is padded by one separator on each side. */
  private readCharacters(text: string): void {
    const { units } = this.fold
    this.sequence.push(-2)
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit === 0) break
      this.scratch[0] = units[unit] ?? 0
      let length = 1
      if (this.scratch[0] === 0 && unit >= 0xd800 && unit < 0xdc00) {
        const above = this.pairAt(text, i)
        if (above !== 0) {
          this.scratch[0] = 0xd800 + ((above - 0x10000) >> 10)
          this.scratch[1] = 0xdc00 + ((above - 0x10000) & 0x3ff)
          length = 2
          i += 1
        }
      }
      const piece = this.scratch[0] === 0 ? -1 : this.table.piece(this.scratch, 0, length, this.grows)
      this.sequence.push(piece < 0 ? -2 : piece)
    }
    this.sequence.push(-2)
    this.scratch[0] = 32
    const space = this.table.piece(this.scratch, 0, 1, this.grows)
    for (let i = 0; i < this.sequence.length; i++) if (this.sequence[i] === -2) this.sequence[i] = -2 - space - 1
  }

  /** The folded code point of the surrogate pair at `at`, or 0. */
  private pairAt(text: string, at: number): number {
    const codePoint = text.codePointAt(at) ?? 0
    return codePoint > 0xffff ? this.fold.foldAbove(codePoint) : 0
  }

  private countSequence(): void {
    const { min, max, unit } = this.form
    const { sequence, table, grows } = this
    const words = unit === 'word'
    for (let i = 0; i < sequence.length; i++) {
      let id = pieceOf(sequence[i] ?? -1)
      if (id < 0) continue
      if (min === 1 && (words || !isSpace(sequence[i] ?? -1))) this.count(id)
      for (let n = 2; n <= max && i + n - 1 < sequence.length; n++) {
        const next = sequence[i + n - 1] ?? -1
        const piece = pieceOf(next)
        if (piece < 0) break
        if (n === 2 && isSpace(next) && isSpace(sequence[i] ?? -1)) break
        id = table.extend(id, piece, grows)
        if (id < 0) break
        if (n >= min) this.count(id)
        if (isSpace(next)) break
      }
    }
  }

  private count(id: number): void {
    const row = this.ptr.length - 1
    if (id >= this.seenRow.length) {
      const before = this.seenRow.length
      this.seenRow = grown(this.seenRow, Math.max(before * 2, id + 1)).fill(-1, before)
      this.seenAt = grown(this.seenAt, this.seenRow.length)
    }
    if (this.seenRow[id] === row) {
      const at = this.seenAt[id] ?? 0
      this.counts[at] = (this.counts[at] ?? 0) + 1
      return
    }
    if (this.used === this.ids.length) {
      this.ids = grown(this.ids, this.used * 2)
      this.counts = grown(this.counts, this.used * 2)
    }
    this.seenRow[id] = row
    this.seenAt[id] = this.used
    this.ids[this.used] = id
    this.counts[this.used++] = 1
  }
}

/** Sequence entries: a piece id, -1 for an unknown piece, or -3 - id for the space between words. */
function isSpace(entry: number): boolean {
  return entry <= -3
}

function pieceOf(entry: number): number {
  return isSpace(entry) ? -3 - entry : entry
}

/**
 * The border of CSV records in UTF-8 bytes. A field may be quoted; quotes inside are doubled. As spreadsheets do, we also
 * take spaces before an opening quote, and text after a closing one. Records end with LF, CRLF or CR.
 */

const lf = 10
const cr = 13
const quote = 34
const space = 32

export type RecordSpan = {
  /** Past the last byte of the record, without its line end. */
  end: number
  /** First byte of the next record. */
  next: number
  fields: number
  /** Must be written anew to be strict CSV: stray quotes, spaces around quotes. */
  odd: boolean
  /** Field (from 0) whose quote is open at the end of the bytes; -1 when none is. */
  open: number
}

/**
 * Finds the record that starts at `from`. Null when the bytes end before it is sure where it ends, unless `last` says that
 * nothing follows.
 */
export function findRecord(bytes: Uint8Array, from: number, delimiter: number, last: boolean): RecordSpan | null {
  let fields = 1
  let odd = false
  let quoted = false
  let atStart = true
  let afterQuote = false
  const length = bytes.length
  let at = from
  for (; at < length; at += 1) {
    const byte = bytes[at]
    if (quoted) {
      if (byte !== quote) continue
      if (at + 1 >= length && !last) return null
      if (bytes[at + 1] === quote) at += 1
      else {
        quoted = false
        afterQuote = true
      }
    } else if (byte === delimiter) {
      fields += 1
      atStart = true
      afterQuote = false
    } else if (byte === lf) {
      return { end: at, next: at + 1, fields, odd, open: -1 }
    } else if (byte === cr) {
      if (at + 1 >= length && !last) return null
      return { end: at, next: bytes[at + 1] === lf ? at + 2 : at + 1, fields, odd, open: -1 }
    } else if (byte === quote) {
      if (atStart) {
        quoted = true
        atStart = false
      } else odd = true
    } else if (atStart && byte === space) {
      // Spaces before a quote belong to nobody; spaces before anything else stay.
      odd ||= bytes[skipSpaces(bytes, at)] === quote
    } else {
      atStart = false
      if (afterQuote) odd = true
    }
  }
  return last ? { end: length, next: length, fields, odd, open: quoted ? fields - 1 : -1 } : null
}

/** The texts of the fields of one record, as a person would read them. */
export function readFields(bytes: Uint8Array, from: number, end: number, delimiter: number): string[] {
  const text = new TextDecoder().decode(bytes.subarray(from, end))
  const separator = String.fromCharCode(delimiter)
  const fields: string[] = []
  for (let at = 0; at <= text.length; ) {
    const { value, next } = readField(text, at, separator)
    fields.push(value)
    at = next + 1
  }
  return fields
}

/** One field from `from`; `next` is where its separator stands, or the end of the text. */
function readField(text: string, from: number, separator: string): { value: string; next: number } {
  let at = from
  while (text[at] === ' ') at += 1
  if (text[at] !== '"') {
    const next = text.indexOf(separator, from)
    return next === -1 ? { value: text.slice(from), next: text.length } : { value: text.slice(from, next), next }
  }
  let value = ''
  at += 1
  for (;;) {
    const close = text.indexOf('"', at)
    if (close === -1) return { value: value + text.slice(at), next: text.length }
    value += text.slice(at, close)
    if (text[close + 1] !== '"') {
      const found = text.indexOf(separator, close + 1)
      const next = found === -1 ? text.length : found
      return { value: value + text.slice(close + 1, next).trimEnd(), next }
    }
    value += '"'
    at = close + 2
  }
}

function skipSpaces(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] === space) at += 1
  return at
}

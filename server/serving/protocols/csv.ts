import { AppError } from '#core/errors/app-error'

/**
 * The rows of a CSV text (RFC 4180): commas, quotes that are doubled inside quotes, lines of any system. An empty last line
 * is no row. `most` bounds what a body may hold.
 */
export function parseCsv(text: string, most: number): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  // Sticky: each field begins where the last ended.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    field.lastIndex = at
    const found = field.exec(text)
    if (!found)
      throw new AppError('bad_request', {
        detail: `The CSV cannot be read at row ${rows.length + 1}: a quote stands where none may, or is not closed.`,
      })
    const [whole, quoted, bare = '', end] = found
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    at += whole.length
    if (end === ',' && at < text.length) continue
    if (end === ',') row.push('')
    if (row.length > 1 || row[0] !== '') rows.push(row)
    if (rows.length > most) {
      throw new AppError('too_large', {
        detail: `More than ${most.toLocaleString('en')} rows are more than one request may hold. Split them.`,
      })
    }
    row = []
  }
  return rows
}

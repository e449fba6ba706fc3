/**
 * Telephone numbers as people write them: 7 to 15 digits in groups, with an optional country code, area code in brackets
 * and extension. A form that only a phone number has is taken at once; one that an amount, a date or an id may have as
 * well needs a word such as "call" or "fax" beside it, with nothing between that was or will be taken out.
 */

const candidate =
  /(?<![\p{L}\p{N}_.,:/#$€£-])(?:\+|\(\+?)?\d{1,15}(?:\)?[ .\-/]{0,2}\(?\d{1,12}\)?){0,7}(?:(?:[ ,]{0,2}(?:x|ext\.?) ?)\d{1,6})?/gu
const wordsBefore =
  /(?:phone|tel|telephone|mobile|cell|fax|call|called|calling|dial|ring|reach|contact|text|texts|sms|whatsapp|desk|office|home|work|messages?|answering|hotline|direct line|registered|voicemail)\b[^\n\d\uffff[\]*]{0,24}\n?$/iu
const wordsAfter = /^[ \-,(\\]{1,3}(?:office|fax|mobile|cell|desk|home|work|phone|tel)\b/iu
const dates =
  /^(?:(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|[12]\d|3[01])\1(?:\d{4}|\d{2})|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}|(?:19|20)\d{2} ?[-/] ?(?:19|20)?\d{2})(?![\d./-])/

/** Spans of telephone numbers, in order. Linear: a candidate is at most 120 characters. */
export function findPhones(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  if (!/\d/.test(text)) return found
  candidate.lastIndex = 0
  for (let match = candidate.exec(text); match; match = candidate.exec(text)) {
    const written = trimmed(match[0])
    const end = match.index + written.length
    if (isPhone(written, text, match.index, end)) {
      found.push({ start: match.index, end })
      candidate.lastIndex = end
    } else {
      // the number may begin at the next group
      candidate.lastIndex = match.index + Math.max(1, /^[+(]*\d*/.exec(match[0])?.[0].length ?? 1)
    }
  }
  return found
}

/** Without separators and an unmatched bracket at the end. */
function trimmed(written: string): string {
  const cut = written.replace(/[ .\-/(]+$/, '')
  return cut.endsWith(')') && !cut.includes('(') ? cut.slice(0, -1) : cut
}

function isPhone(written: string, text: string, start: number, end: number): boolean {
  const next = text.slice(end, end + 2)
  if (/^[\p{L}\p{N}_]/u.test(next) || /^[,.:/%-]\d/.test(next)) return false
  const main = written.replace(/[ ,]*(?:x|ext\.?) ?\d+$/i, '')
  const digits = main.replace(/\D/g, '')
  if (digits.length < 7 || digits.length > 15 || /^(\d)\1+$/.test(digits) || dates.test(main)) return false
  const groups = main.split(/\D+/).filter((group) => group !== '')
  const isInternational = /^(?:\+|\(\+)/.test(main) || (/^00/.test(main) && groups.length > 1)
  if (isInternational) return digits.length >= 8
  if (main !== written && groups.length > 1) return true
  if (isNational(main, groups, digits)) return true
  return wordsBefore.test(text.slice(Math.max(0, start - 48), start)) || wordsAfter.test(text.slice(end, end + 12))
}

/** Forms that amounts, dates and ids do not have: an area code in brackets, 555-123-4567, 01.84.17.61.18, 0490 75 40 81. */
function isNational(main: string, groups: readonly string[], digits: string): boolean {
  if (/^\(\d{2,5}\)[ -]?\d/.test(main)) return true
  const shape = groups.map((group) => group.length).join(' ')
  if (/^(?:1 )?3 3 4$/.test(shape) && /^1?\d{3}([ .-])\d{3}\1/.test(main.replace(/^1[ .-]/, ''))) return true
  if (digits.length >= 9 && digits.startsWith('0') && groups.length >= 2 && !main.includes('/')) return true
  return shape === '2 2 2 2 2' || (shape === '2 2 2 2' && /^\d\d([.-])\d\d\1\d\d\1\d\d$/.test(main))
}

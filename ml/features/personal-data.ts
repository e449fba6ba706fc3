import type { PiiKind } from '#core/ports/plan'
import { ibanLength, passesIbanCheck, passesLuhn } from './check-digits'
import { findPhones } from './phone-numbers'

/** Where personal data stands in a text, in UTF-16 units. */
export type PersonalDataSpan = { kind: PiiKind; start: number; end: number }

/** Takes the place of what was found, so that nothing is found twice; no finder accepts it. */
const hole = '\uffff'

type Finder = (text: string) => { start: number; end: number }[]

/** The stricter kind looks first: a card is no phone number. */
const finders: readonly (readonly [PiiKind, Finder])[] = [
  ['email', findEmails],
  ['iban', findIbans],
  ['card', findCards],
  ['ssn', findSsns],
  ['ip', findAddresses],
  ['phone', findPhones],
]

/**
 * Finds personal data of the given kinds, in order of position; spans do not overlap. Looks again after cutting out what
 * was found until nothing is left, so that a second pass over the replaced text finds nothing. Linear in the text's length.
 */
export function findPersonalData(text: string, kinds: readonly PiiKind[]): PersonalDataSpan[] {
  const spans: PersonalDataSpan[] = []
  let rest = text
  for (;;) {
    const before = spans.length
    for (const [kind, find] of finders) {
      if (!kinds.includes(kind)) continue
      const found = find(rest)
      if (found.length === 0) continue
      spans.push(...found.map((span) => ({ kind, ...span })))
      rest = withHoles(rest, found)
    }
    if (spans.length === before) return spans.sort((a, b) => a.start - b.start)
  }
}

function withHoles(text: string, spans: readonly { start: number; end: number }[]): string {
  const parts: string[] = []
  let at = 0
  for (const { start, end } of spans) {
    parts.push(text.slice(at, start), hole.repeat(end - start))
    at = end
  }
  parts.push(text.slice(at))
  return parts.join('')
}

const localPart = /[\p{L}\p{N}_%+&'~-](?:[\p{L}\p{N}._%+&'~-]{0,62}[\p{L}\p{N}_%+&~-])?$/u
const domainPart = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}\.)){1,8}\p{L}{2,24}/u

/** Looks at each @ sign, 64 characters back and 255 ahead: the lengths that RFC 5321 allows. */
function findEmails(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  let from = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const before = localPart.exec(text.slice(Math.max(from, at - 64), at))
    const after = before ? domainPart.exec(text.slice(at + 1, at + 256)) : null
    if (!before || !after) continue
    const end = at + 1 + after[0].length
    found.push({ start: at - before[0].length, end })
    from = end
  }
  return found
}

/** Two letters and two digits of a country that has IBANs, then as many as it asks for, singly spaced at most. */
function findIbans(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  const starts = /(?<![\p{L}\p{N}])[A-Za-z]{2}\d{2}/gu
  for (let match = starts.exec(text); match; match = starts.exec(text)) {
    const length = ibanLength(match[0].slice(0, 2))
    let iban = match[0]
    let end = match.index + 4
    while (iban.length < length) {
      if ((text[end] === ' ' || text[end] === '-') && /[A-Za-z0-9]/.test(text[end + 1] ?? '')) end += 1
      const char = text[end] ?? ''
      if (!/[A-Za-z0-9]/.test(char)) break
      iban += char
      end += 1
    }
    if (iban.length !== length || /[\p{L}\p{N}]/u.test(text[end] ?? '') || !passesIbanCheck(iban)) continue
    found.push({ start: match.index, end })
    starts.lastIndex = end
  }
  return found
}

const cardPrefix = /^(?:[3-6]|2[2-7]|2131|1800)/

/** 12 to 19 digits, singly spaced at most, with an issuer's prefix and Luhn's check digit; the longest that fits. */
function findCards(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  const runs = /(?<![\p{L}\p{N}_.,+-])\d(?:[ -]?\d){11,18}/gu
  for (let match = runs.exec(text); match; match = runs.exec(text)) {
    let run = match[0]
    let isCard = false
    while (cardPrefix.test(run.slice(0, 8).replace(/[ -]/g, '')) && run.length >= 12 && !isCard) {
      const digits = run.replace(/[ -]/g, '')
      const next = text[match.index + run.length] ?? ''
      if (digits.length < 12) break
      isCard = !/[\p{L}\p{N}_]/u.test(next) && passesLuhn(digits)
      if (!isCard) run = run.slice(0, -1).replace(/[ -]$/, '')
    }
    if (isCard) found.push({ start: match.index, end: match.index + run.length })
    // go on behind the first group of digits: the card may begin at the next
    const group = /^\d+/.exec(match[0])?.[0].length ?? 1
    runs.lastIndex = match.index + (isCard ? run.length : group)
  }
  return found
}

const ssn = /(?<![\p{L}\p{N}-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\p{L}\p{N}]|-\d)/gu
const bareSsn = /(?<=(?:ssn|social security)[^\d\uffff[\]*]{1,30})(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}(?!\d)/giu

/** US social security numbers: written 123-45-6789, or nine digits soon after a word that says so. */
function findSsns(text: string): { start: number; end: number }[] {
  const written = Array.from(text.matchAll(ssn), spanOf)
  if (!/ssn|social security/i.test(text)) return written
  const all = [...written, ...Array.from(text.matchAll(bareSsn), spanOf)]
  return all.sort((a, b) => a.start - b.start)
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|\\d?\\d)'
const ipv4 = new RegExp(`(?<![\\p{L}\\p{N}.])(?:${octet}\\.){3}${octet}(?![\\p{L}\\p{N}]|\\.\\d)`, 'gu')
const ipv6 = /(?<![\p{L}\p{N}:.])[0-9A-Fa-f:]{3,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?![\p{L}\p{N}:])/gu

/** IPv4 and IPv6 addresses. */
function findAddresses(text: string): { start: number; end: number }[] {
  const six = text.includes(':') ? Array.from(text.matchAll(ipv6)).filter(([address]) => isIpv6(address)) : []
  const spans = six.map(spanOf)
  const four = Array.from(text.matchAll(ipv4), spanOf)
  const free = four.filter(({ start }) => !spans.some((span) => start >= span.start && start < span.end))
  return [...spans, ...free].sort((a, b) => a.start - b.start)
}

function isIpv6(address: string): boolean {
  if (!address.includes('::') && address.split(':').length < 6) return false
  const halves = address.split('::')
  if (halves.length > 2 || !/\d/.test(address)) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const width = groups.reduce((sum, group) => sum + (group.includes('.') ? 2 : 1), 0)
  const isWellFormed = groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group) || /^(?:\d{1,3}\.){3}\d{1,3}$/.test(group))
  return isWellFormed && groups.length > 0 && (halves.length === 2 ? width < 8 : width === 8)
}

function spanOf(match: RegExpExecArray): { start: number; end: number } {
  return { start: match.index, end: match.index + match[0].length }
}

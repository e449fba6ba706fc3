import type { PrepareStep } from '#core/ports/plan'

export type CleanTextStep = Extract<PrepareStep, { kind: 'clean-text' }>

/** Texts that are still changing after so many passes are nested on purpose; then the signs that nest are taken out. */
const mostPasses = 8

/**
 * Cleans a text: HTML (tags, scripts, styles, comments, character references), web addresses, case, white space and
 * control characters, length. Applying it twice changes nothing more. Linear in the text's length.
 */
export function cleanText(text: string, step: CleanTextStep): string {
  let before = text
  for (let pass = 0; pass < mostPasses; pass++) {
    const after = cleanOnce(before, step)
    if (after === before) return after
    before = after
  }
  return cleanOnce(before.replace(/[&<]/g, ' '), step)
}

function cleanOnce(text: string, step: CleanTextStep): string {
  let out = text
  if (step.stripHtml) out = decodeReferences(stripTags(out))
  if (step.stripUrls) out = out.replace(/\b(?:https?|ftp):\/\/[^\s<>"]+|\bwww\.[^\s<>"]+/gi, ' ')
  if (step.lowercase) out = out.toLowerCase()
  if (step.collapseSpace) out = collapse(out)
  if (step.maxChars === null || out.length <= step.maxChars) return out
  // never cut a surrogate pair in two
  const isHigh = (out.charCodeAt(step.maxChars - 1) & 0xfc00) === 0xd800
  const cut = out.slice(0, isHigh ? step.maxChars - 1 : step.maxChars)
  return step.collapseSpace ? cut.trimEnd() : cut
}

function collapse(text: string): string {
  // control and invisible formatting characters go; line ends and tabs are white space
  return text
    .replace(/[\p{Cc}\u00ad\u200b\u2060\ufeff]+/gu, (run) => (/[\t\n\v\f\r\u0085]/.test(run) ? ' ' : ''))
    .replace(/\s+/g, ' ')
    .trim()
}

const rawElement = /^(script|style)\b/i

/** Each tag becomes a space; of scripts and styles the content goes too. A "<" that opens no tag stays. */
function stripTags(text: string): string {
  if (!text.includes('<')) return text
  const lower = text.toLowerCase()
  // lower-casing changes the length of a few letters; then positions would not fit
  const search = lower.length === text.length ? lower : text
  const absent = new Set<string>()
  const find = (what: string, from: number) => {
    if (absent.has(what)) return -1
    const at = search.indexOf(what, from)
    if (at < 0) absent.add(what)
    return at
  }
  const parts: string[] = []
  let at = 0
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', at)) {
    const end = endOfTag(text, open, find)
    parts.push(text.slice(at, open), end < 0 ? '<' : ' ')
    at = end < 0 ? open + 1 : end
  }
  parts.push(text.slice(at))
  return parts.join('')
}

/** Where the tag (with its content, if that is no text) that begins at `open` ends, or -1 when none begins there. */
function endOfTag(text: string, open: number, find: (what: string, from: number) => number): number {
  if (text.startsWith('<!--', open)) {
    const end = find('-->', open + 4)
    if (end >= 0) return end + 3
  }
  if (!/[a-z/!?]/i.test(text[open + 1] ?? '')) return -1
  const close = find('>', open)
  if (close < 0) return -1
  const raw = rawElement.exec(text.slice(open + 1, open + 10))
  if (!raw || text[close - 1] === '/') return close + 1
  const name = raw[1]?.toLowerCase() ?? ''
  const end = find(`</${name}`, close)
  const endClose = end < 0 ? -1 : find('>', end)
  return endClose < 0 ? close + 1 : endClose + 1
}

/** The references that mail and web pages hold; others stay as they are. "<" and ">" become spaces, so that none opens a tag. */
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: ' ',
  gt: ' ',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  sect: '§',
  deg: '°',
  bull: '•',
  middot: '·',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  times: '×',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  ntilde: 'ñ',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
}

function decodeReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([A-Za-z]{2,8}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? named[name.toLowerCase()] ?? whole
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    const isCharacter = codePoint > 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint < 0xe000)
    if (!isCharacter || codePoint === 60 || codePoint === 62) return ' '
    return String.fromCodePoint(codePoint)
  })
}

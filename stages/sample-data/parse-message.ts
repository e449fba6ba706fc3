import iconv from 'iconv-lite'
import PostalMime from 'postal-mime'
import { cleanText } from '#ml/features/clean-text'
import { mailTime } from './mail-time'

export type ParsedMessage = {
  fromDomain: string | null
  subject: string | null
  body: string | null
  hasAttachment: boolean
  /** On the sender's clock. */
  hour: number | null
  /** Milliseconds since 1970, as the Date header says. */
  dateMs: number | null
}

/** Longer bodies are cut: the corpus has a few of several hundred kB, all attachments in disguise. */
const maxBody = 100_000

/** One raw message (RFC 5322 behind an mbox line) as a row. Broken encodings become replacement characters, never an error. */
export async function parseMessage(raw: Uint8Array | string): Promise<ParsedMessage> {
  const mail = await PostalMime.parse(withoutMboxLine(typeof raw === 'string' ? Buffer.from(raw) : raw), { maxNestingDepth: 32 })
  const address = mail.from?.address ?? ''
  const { ms, hour } = mailTime(mail.headers.find(({ key }) => key === 'date')?.value ?? '')
  return {
    fromDomain: domainOf(address),
    subject: tidy(mail.subject ?? ''),
    body: tidy(bodyOf(mail.text ?? '', mail.html ?? '').slice(0, maxBody)),
    hasAttachment: mail.attachments.length > 0,
    hour,
    dateMs: ms,
  }
}

/** The first line of a mailbox entry is no header. */
function withoutMboxLine(raw: Uint8Array): Uint8Array {
  const isMbox = raw[0] === 70 && raw[1] === 114 && raw[2] === 111 && raw[3] === 109 && raw[4] === 32
  return isMbox ? raw.subarray(raw.indexOf(10) + 1) : raw
}

function domainOf(address: string): string | null {
  const domain = address.includes('@') ? address.split('@').at(-1)?.toLowerCase().trim() : undefined
  return domain === undefined || domain === '' ? null : domain
}

/** The text part where there is one; some senders of the time put a page there. */
function bodyOf(text: string, html: string): string {
  if (text.trim() === '') return textOfHtml(html)
  return /<\/?(?:html|body)\b/i.test(text) ? textOfHtml(text) : text
}

/** What a reader sees of a page: blocks end lines, tags and scripts go. */
function textOfHtml(html: string): string {
  const lines = html.replace(/\s+/g, ' ').replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h[1-6]|\/table)\b[^>]{0,200}>/gi, '\n')
  const step = {
    kind: 'clean-text',
    columns: ['body'],
    stripHtml: true,
    stripUrls: false,
    lowercase: false,
    collapseSpace: false,
    maxChars: null,
  } as const
  return cleanText(lines, { ...step, columns: [...step.columns] })
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
}

/**
 * Without NUL and lone surrogates, which neither Parquet nor JSON can hold; null when nothing is left. Mail that says Latin-1
 * means Windows-1252, as browsers know; Node's decoder leaves control characters there.
 */
function tidy(text: string): string | null {
  const whole = text
    .replaceAll('\0', '')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[\u0080-\u009f]/g, (control) => iconv.decode(Buffer.from([control.charCodeAt(0)]), 'windows-1252'))
    .trim()
  return whole === '' ? null : whole
}

import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { AppError } from '#core/errors/app-error'
import type { PiiKind, PrepareStep } from '#core/ports/plan'
import { findPersonalData, type PersonalDataSpan } from './personal-data'

export type AnonymiseStep = Extract<PrepareStep, { kind: 'anonymise' }>

/** A text without the personal data that was found in it, and where that stood in the original. */
export type Anonymised = { text: string; spans: PersonalDataSpan[] }

const hashLetters = 'abcdefghijklmnop'
const hashLength = 16

/**
 * Takes personal data out of a text. `replace` writes [EMAIL]; `mask` turns each letter and digit into *; `hash` writes
 * [EMAIL:…] with 64 bits of HMAC-SHA256 under `key` over the value without separators and case, so that the same value
 * always gets the same name and nobody without the key can try values out. Applying it twice changes nothing more:
 * what is written is never found again (a hash is written in letters, so it cannot look like a number).
 * Throws AppError for mode `hash` without a key.
 */
export function anonymise(text: string, step: Pick<AnonymiseStep, 'pii' | 'mode' | 'secret'>, key?: string): Anonymised {
  if (step.mode === 'hash' && key === undefined) {
    throw new AppError('unavailable', {
      detail: `Personal data is hashed with the secret "${step.secret ?? ''}", which is not known here: set it under Settings, Secrets. In the browser it never is; run the model on the server.`,
      hint: { param: 'secret' },
    })
  }
  const spans = findPersonalData(text, step.pii)
  if (spans.length === 0) return { text, spans }
  const parts: string[] = []
  let at = 0
  for (const { kind, start, end } of spans) {
    parts.push(text.slice(at, start), replacement(kind, text.slice(start, end), step.mode, key ?? ''))
    at = end
  }
  parts.push(text.slice(at))
  return { text: parts.join(''), spans }
}

function replacement(kind: PiiKind, value: string, mode: AnonymiseStep['mode'], key: string): string {
  if (mode === 'mask') return value.replace(/[\p{L}\p{N}]/gu, '*').replaceAll('@', '*')
  return mode === 'hash' ? `[${kind.toUpperCase()}:${keyedHash(kind, value, key)}]` : `[${kind.toUpperCase()}]`
}

function keyedHash(kind: PiiKind, value: string, key: string): string {
  const canonical = kind === 'email' || kind === 'ip' ? value.toLowerCase() : value.replace(/[^\p{L}\p{N}+]/gu, '').toUpperCase()
  const encoder = new TextEncoder()
  const bytes = hmac(sha256, encoder.encode(key), encoder.encode(`${kind}:${canonical}`))
  let name = ''
  for (const byte of bytes.subarray(0, hashLength / 2)) name += `${hashLetters[byte >> 4]}${hashLetters[byte & 15]}`
  return name
}

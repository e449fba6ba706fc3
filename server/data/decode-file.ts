import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import iconv from 'iconv-lite'
import { AppError } from '#core/errors/app-error'
import { readHead } from './sniff-file'

const chunkBytes = 1 << 20

export type Encoding = {
  /** As people say it, for the load report. */
  name: string
  /** As iconv-lite calls it (Node's own decoder takes Windows-1252 for Latin-1); null for UTF-8 that needs no decoding. */
  decoder: string | null
  bomBytes: number
}

/**
 * The encoding of a text file. A mark at the start decides; else the whole file is checked once for UTF-8, which is fast.
 * A file that is not UTF-8 throughout is still called UTF-8 when most of its other bytes are, and Windows-1252 (which
 * Latin-1 is a part of) otherwise.
 */
export async function detectEncoding(file: string, wanted?: string): Promise<Encoding> {
  const head = await readHead(file, chunkBytes)
  const marked = byMark(head)
  if (wanted !== undefined && wanted !== '') return chosen(wanted, marked)
  if (marked && marked.decoder !== null) return marked
  const wide = withoutMark(head)
  if (wide) return wide
  const bomBytes = marked?.bomBytes ?? 0
  const { valid, multi, bad } = await countUtf8(file)
  if (valid) return { name: 'UTF-8', decoder: null, bomBytes }
  if (multi > bad * 4) return { name: 'UTF-8', decoder: 'utf-8', bomBytes }
  return { name: 'Windows-1252', decoder: 'windows-1252', bomBytes }
}

/** The file as UTF-8 chunks, without the mark at its start. `onRead` hears how many bytes of the file are done. */
export async function* utf8Chunks(file: string, encoding: Encoding, onRead: (bytes: number) => void = () => {}): AsyncGenerator<Buffer> {
  const decoder = encoding.decoder === null ? null : iconv.getDecoder(encoding.decoder, { stripBOM: false })
  let done = encoding.bomBytes
  const stream = createReadStream(file, { start: encoding.bomBytes, highWaterMark: chunkBytes })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    done += chunk.length
    onRead(done)
    yield decoder ? Buffer.from(decoder.write(chunk), 'utf8') : chunk
  }
  const rest = decoder?.end()
  if (rest) yield Buffer.from(rest, 'utf8')
}

function byMark(head: Buffer): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: 'UTF-8', decoder: null, bomBytes: 3 }
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'UTF-16 LE', decoder: 'utf-16le', bomBytes: 2 }
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'UTF-16 BE', decoder: 'utf-16be', bomBytes: 2 }
  return null
}

/** UTF-16 without a mark: nearly every other byte of Western text is zero. */
function withoutMark(head: Buffer): Encoding | null {
  const sample = head.subarray(0, 4096)
  let even = 0
  let uneven = 0
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue
    if (index % 2 === 0) even += 1
    else uneven += 1
  }
  if (Math.max(even, uneven) < sample.length * 0.2 || Math.min(even, uneven) > sample.length * 0.02) return null
  return uneven > even ? { name: 'UTF-16 LE', decoder: 'utf-16le', bomBytes: 0 } : { name: 'UTF-16 BE', decoder: 'utf-16be', bomBytes: 0 }
}

function chosen(wanted: string, marked: Encoding | null): Encoding {
  if (!iconv.encodingExists(wanted)) {
    throw new AppError('bad_params', {
      detail: `There is no encoding "${wanted}". Use for example utf-8, utf-16le, windows-1252 or gb18030.`,
    })
  }
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const same = marked !== null && plain(marked.decoder ?? 'utf-8') === plain(wanted)
  return { name: wanted, decoder: wanted, bomBytes: same ? marked.bomBytes : 0 }
}

/** Whether the file is UTF-8; when it is not, how many characters of several bytes are right and how many bytes are wrong in the first bad chunks. */
async function countUtf8(file: string): Promise<{ valid: boolean; multi: number; bad: number }> {
  let rest = Buffer.alloc(0)
  let [multi, bad, badChunks] = [0, 0, 0]
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const whole = bytes.length - unfinished(bytes)
    rest = Buffer.from(bytes.subarray(whole))
    const body = bytes.subarray(0, whole)
    if (isUtf8(body)) continue
    const counts = countSequences(body)
    multi += counts.multi
    bad += counts.bad
    badChunks += 1
    if (badChunks === 8) break
  }
  if (rest.length > 0) bad += rest.length
  return { valid: bad === 0, multi, bad }
}

/** Bytes at the end that start a character which the next chunk ends. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0
  }
  return 0
}

const sequenceLength = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1)

function countSequences(bytes: Buffer): { multi: number; bad: number } {
  let [multi, bad] = [0, 0]
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0
    const length = lead < 0x80 ? 1 : sequenceLength(lead)
    if (lead >= 0x80 && (length === 1 || !isUtf8(bytes.subarray(at, at + length)))) {
      bad += 1
      at += 1
      continue
    }
    if (length > 1) multi += 1
    at += length
  }
  return { multi, bad }
}

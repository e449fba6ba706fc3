import { createReadStream } from 'node:fs'
import { copyFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { type BatchWish, batchResultSchema } from '#core/batch/order'
import { AppError } from '#core/errors/app-error'
import { formatBytes, formatDuration, formatNumber, plural } from '#core/words/format'
import { type BatchModel, type BatchRows, submitBatch } from '#server/batch/submit-batch'
import { receiveUpload } from '#server/data/keep-upload'
import { withWorker } from './find-worker'
import { followJob } from './follow-job'
import { type CliSession, withSession } from './session'
import { UsageError } from './usage-error'

type Options = { rows?: string; data?: string; out?: string; name?: string; columns?: string; probabilities?: boolean }

/** `stageline batch <deployment>`: answers every row of a file or data set and writes Parquet, whatever its size. */
export function addBatch(program: Command): void {
  program
    .command('batch')
    .description('answer every row of a file or data set of any size and write the rows with their answers as Parquet')
    .argument('<deployment>', 'what is live there answers; model@version asks that version')
    .option('--rows <file>', 'a CSV, TSV, JSON or Parquet file')
    .option('--data <name[@version]>', 'a data set; the newest version when none is said')
    .option('--out <file>', 'the Parquet file to write')
    .option('--name <data set>', 'make the answers the newest version of this data set')
    .option('--columns <names>', 'columns that stand beside the answers, set apart by commas (default: all)')
    .option('--probabilities', 'a column for the probability of each class')
    .action(
      withSession(program, async (session, deployment: string, options: Options) => {
        if ((options.rows === undefined) === (options.data === undefined))
          throw new UsageError('Give either --rows <file> or --data <name>.')
        if (options.out === undefined && options.name === undefined) {
          throw new UsageError('Say where the answers go: --out answers.parquet, or --name <data set>.')
        }
        session.requireRole('analyst')
        await withWorker(session.house, () => answer(session, deployment, options))
      }),
    )
}

async function answer(session: CliSession, deployment: string, options: Options): Promise<void> {
  const { house, actor } = session
  const { out, name, columns, probabilities = false } = options
  const keep = columns === undefined ? null : columns.split(',').map((column) => column.trim())
  const wish: BatchWish = { keep, probabilities, output: name === undefined ? { kind: 'file' } : { kind: 'data-set', name } }
  const { id } = await submitBatch(house, { by: modelOf(deployment), rows: await rowsOf(session, options), wish, actor })
  const result = batchResultSchema.parse(await followJob(session, id))
  if (out !== undefined) await copyFile(await house.artifacts.path(result.artifact), out).catch(explainCopy(out))
  const { rows, seconds, bytes, dataSet } = result
  const places = [
    ...(out === undefined ? [] : [`${out} (${formatBytes(bytes)})`]),
    ...(dataSet ? [`${dataSet.name}, version ${dataSet.version}`] : []),
  ]
  const pace = seconds > 0 ? `, ${formatNumber(Math.round(rows / seconds))} a second` : ''
  session.result(
    { ...result, job: id, ...(out !== undefined && { out }) },
    `${plural(rows, 'row')} answered by ${result.model}@${result.version} in ${formatDuration(seconds * 1000)}${pace}: ${places.join(' and ')}.`,
  )
}

function modelOf(name: string): BatchModel {
  const [, model, version] = /^(.+)@v?(\d+)$/.exec(name) ?? []
  return model === undefined ? { deployment: name } : { model, version: Number(version) }
}

async function rowsOf({ house }: CliSession, { rows, data }: Options): Promise<BatchRows> {
  if (rows === undefined) {
    const [, name, version] = /^(.+?)(?:@v?(\d+))?$/.exec(data ?? '') ?? []
    return { dataSet: name ?? '', version: version === undefined ? undefined : Number(version) }
  }
  const facts = await stat(rows).catch(() => null)
  if (!facts?.isFile()) throw new UsageError(`${rows} is not there, or is no file.`)
  const sent = { stream: createReadStream(rows), fileName: path.basename(rows), length: facts.size }
  return receiveUpload(house, sent, async ({ draft, name, bytes }): Promise<BatchRows> => {
    if (bytes === 0) throw new AppError('bad_file', { detail: `${name} is empty. Choose a file with a header line and at least one row.` })
    return { kind: 'file', artifact: await house.artifacts.adopt(draft), name }
  })
}

function explainCopy(out: string) {
  return (cause: unknown): never => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('bad_file', {
      detail: `The answers are made, but ${out} could not be written: ${why}. Choose another place with --out.`,
      cause,
    })
  }
}

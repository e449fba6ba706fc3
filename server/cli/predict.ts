import type { Command } from 'commander'
import { AppError } from '#core/errors/app-error'
import { maxRecords } from '#server/serving/protocols/check-request'
import type { Answered } from '#server/traffic/gateway-client'
import { readRowsFile } from '#server/traffic/read-rows-file'
import { toRecord } from '#server/traffic/replay'
import { ownGateway } from '#server/traffic/send-traffic'
import { withSession } from './session'
import { UsageError } from './usage-error'

/** `stageline predict <deployment>`: one record or a file of them through the gateway. */
export function addPredict(program: Command): void {
  program
    .command('predict')
    .description('send records to a deployment and print its answers')
    .argument('<deployment>')
    .option('--row <json>', 'one record as a JSON object')
    .option('--rows <file>', `a CSV, TSV, JSON lines or Parquet file of at most ${maxRecords} rows`)
    .option('--test', 'mark as test traffic')
    .action(
      withSession(
        program,
        async (session, deployment: string, { row, rows, test = false }: { row?: string; rows?: string; test?: boolean }) => {
          if ((row === undefined) === (rows === undefined)) throw new UsageError("Give either --row '{…}' or --rows <file>.")
          session.requireRole('analyst')
          const gateway = ownGateway(session.house)
          const { signal } = session
          if (row !== undefined) {
            const answer = await gateway.predict(deployment, parseRow(row), { test, signal })
            return session.result(answer, lines(answer))
          }
          const { inputs } = await gateway.describe(deployment)
          const records = await readRowsFile(rows ?? '', { limit: maxRecords + 1, signal })
          if (records.length > maxRecords) {
            throw new AppError('too_large', {
              detail: `${rows} has more than ${maxRecords} rows. Use the Batch predict stage for large files.`,
            })
          }
          const answer = await gateway.predict(
            deployment,
            records.map((record) => toRecord(record, inputs)),
            { test, signal },
          )
          session.result(answer, lines(answer))
        },
      ),
    )
}

function lines(answer: Answered): string {
  const predictions = 'predictions' in answer ? answer.predictions : [answer]
  return predictions
    .map((one) => {
      const answer = 'value' in one ? `${one.value}${interval(one.interval)}` : `${one.label}${percent(one.confidence)}`
      const by = `${one.version ?? 'stated answer'}${one.fallback ? ` (${one.fallback} of ${one.asked ?? '?'})` : ''}`
      return `${answer}\t${by}\t${one.id}`
    })
    .join('\n')
}

/** Empty for a stated answer, which nothing computed. */
const interval = (range: { low: number; high: number } | null) => (range ? `\t${range.low} to ${range.high}` : '')
const percent = (confidence: number | null) => (confidence === null ? '' : `\t${(confidence * 100).toFixed(1)} %`)

function parseRow(text: string) {
  try {
    const value: unknown = JSON.parse(text)
    // The gateway checks every field and names the one that is wrong.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, string>
  } catch (cause) {
    throw new UsageError(`--row is not JSON: ${cause instanceof Error ? cause.message : text}`)
  }
  throw new UsageError(`--row must be a JSON object, for example '{"body":"Hello"}'.`)
}

import { type Command, InvalidArgumentError } from 'commander'
import { parseShift } from '#core/traffic/shift'
import { formatNumber, formatShare } from '#core/words/format'
import { readRowsFile } from '#server/traffic/read-rows-file'
import { type ReplayResult, replay } from '#server/traffic/replay'
import { ownGateway } from '#server/traffic/send-traffic'
import { withSession } from './session'

type Options = { rows: string; rate: number; count?: number; shift: string[] }

const rowsAtMost = 100_000

/** `stageline traffic <deployment>`: replays rows, optionally shifted, to try out monitoring. */
export function addTraffic(program: Command): void {
  program
    .command('traffic')
    .description('replay rows of a file against a deployment, marked as test traffic')
    .argument('<deployment>')
    .requiredOption('--rows <file>', 'CSV, TSV, JSON lines or Parquet; columns that the model does not read are left out')
    .option('--rate <n/s>', 'records a second', positive, 20)
    .option('--count <n>', 'records in all (default: the rows of the file, once)', positive)
    .option(
      '--shift <change>',
      'column=value, column+6, column*1.5, column:missing=0.3 or column:drop=0.5 (words of a text); may be repeated',
      (shift: string, shifts: string[]) => [...shifts, shift],
      [],
    )
    .action(
      withSession(program, async (session, deployment: string, { rows: file, rate, count, shift }: Options) => {
        session.requireRole('analyst')
        const gateway = ownGateway(session.house)
        const { inputs } = await gateway.describe(deployment)
        const shifts = shift.map((text) => parseShift(text, inputs))
        const rows = await readRowsFile(file, { limit: rowsAtMost, signal: session.signal })
        const result = await replay(gateway, {
          deployment,
          inputs,
          rows,
          shifts,
          rate,
          count: Math.floor(count ?? rows.length),
          signal: session.signal,
          onProgress: (done, total) => {
            if (!session.json && process.stderr.isTTY)
              process.stderr.write(`\r${formatNumber(done)} of ${formatNumber(total)} records sent `)
          },
        })
        if (!session.json && process.stderr.isTTY) process.stderr.write('\n')
        session.result({ deployment, ...result }, summary(deployment, result))
        if (result.failed > 0 || session.signal.aborted) session.fail()
      }),
    )
}

function summary(deployment: string, { sent, answered, failed, seconds, perSecond, labels, values, problem }: ReplayResult): string {
  const shares = Object.entries(labels)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 8)
    .map(([label, n]) => `  ${label}  ${formatNumber(n)}  ${formatShare(n / Math.max(1, answered))}`)
  return [
    `${formatNumber(sent)} records sent to ${deployment} in ${seconds.toFixed(1)} s (${formatNumber(perSecond)} a second): ${formatNumber(answered)} answered, ${formatNumber(failed)} failed.`,
    ...(problem ? [`First refusal: ${problem}`] : []),
    ...shares,
    ...(values ? [`  values ${formatNumber(values.lowest)} to ${formatNumber(values.highest)}, mean ${formatNumber(values.mean)}`] : []),
  ].join('\n')
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

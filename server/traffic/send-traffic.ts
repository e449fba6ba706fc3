import { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import { hashSchema } from '#core/ports/kinds'
import { deploymentNameSchema } from '#core/releases/deployment-name'
import { identifier } from '#core/sql/quote'
import { parseShift } from '#core/traffic/shift'
import { openScratchFolders } from '#server/engine/stage-process/scratch-folders'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'
import { internalKey } from '#server/serving/keys/key-ring'
import { openTables } from '#server/tables/open-tables'
import { type GatewayClient, gatewayClient } from './gateway-client'
import { replay } from './replay'

/** What the job `send-traffic` is given: whose rows (a table artifact), how fast, how many, changed how. */
export const sendTrafficSchema = z.object({
  deployment: deploymentNameSchema,
  table: hashSchema,
  rate: z.number().min(0.1).max(2_000),
  count: z.int().min(1).max(100_000),
  shifts: z.array(z.string().min(1).max(500)).max(20),
})

export type JobTools = { progress(done: number, total: number, doing?: string): void; signal: AbortSignal }

/** Rows held in memory at once; a longer replay starts again at the first. */
const rowsAtMost = 20_000

/** A client of this house's gateway, with the key that the house shares with itself. */
export function ownGateway(house: Pick<House, 'env'>): GatewayClient {
  return gatewayClient({ url: house.env.gatewayUrl, key: internalKey(secretKey(house.env)) })
}

/** The job: replays rows of a table against a deployment, marked as test traffic. Cancelling it ends the replay at once. */
export async function sendTraffic(house: House, input: unknown, { progress, signal }: JobTools): Promise<Record<string, unknown>> {
  const { deployment, table, rate, count, shifts } = sendTrafficSchema.parse(input)
  const client = ownGateway(house)
  const { inputs } = await client.describe(deployment)
  const parsed = shifts.map((shift) => parseShift(shift, inputs))
  const rows = await readRows(house, { table, columns: inputs.map(({ name }) => name), limit: Math.min(count, rowsAtMost), signal })
  const result = await replay(client, {
    deployment,
    inputs,
    rows: mixed(rows),
    shifts: parsed,
    rate,
    count,
    signal,
    onProgress: (done, total) => progress(done, total, `${done.toLocaleString('en')} of ${total.toLocaleString('en')} records sent`),
  })
  signal.throwIfAborted()
  return result
}

/** `limit` rows from all over the table, in its order: tables are often sorted, and their head is not like the whole. */
function spreadRows(columns: readonly string[], limit: number): string {
  const names = columns.map(identifier).join(', ')
  const n = identifier('(n)')
  const total = '(select count(*) from rows)'
  return `select ${names} from (select ${names}, row_number() over () as ${n} from rows)
    where (${n} * ${limit}) // ${total} > ((${n} - 1) * ${limit}) // ${total} order by ${n}`
}

/**
 * Every row once, in an order in which each short stretch comes from all over the table: a slow replay of a sorted table
 * would otherwise look like a drift that is not there. Steps of the golden ratio spread most evenly (Knuth, The Art of
 * Computer Programming 3, 6.4).
 */
export function mixed<T>(rows: readonly T[]): T[] {
  const n = rows.length
  let step = Math.max(1, Math.round(n * 0.618_034))
  while (greatestCommonDivisor(step, n) > 1) step += 1
  // A remainder of n is an index of rows.
  return rows.map((_, i) => rows[(i * step) % n] as T)
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

async function readRows(
  house: House,
  { table, columns, limit, signal }: { table: string; columns: string[]; limit: number; signal: AbortSignal },
): Promise<Record<string, unknown>[]> {
  const folders = await openScratchFolders(house.env.home)
  const tables = openTables({ artifacts: house.artifacts, scratch: await folders.make(), signal, memoryMb: 512 })
  try {
    const there = await tables.rows<{ column_name: string }>('select column_name from (describe rows)', { rows: table })
    const missing = columns.filter((column) => !there.some(({ column_name }) => column_name === column))
    if (missing.length > 0) {
      throw new AppError('bad_input', {
        detail: `The rows have no column ${missing.join(', ')}, which the model reads. Choose a table that has ${columns.join(', ')}.`,
      })
    }
    return await tables.rows(spreadRows(columns, limit), { rows: table })
  } finally {
    tables.close()
    await folders.removeAll()
  }
}

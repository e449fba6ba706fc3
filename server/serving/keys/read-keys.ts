import { dayMs, dayStartMs } from '#core/keys/daily-quota'
import { type KeyLine, type KeyUsageView, noUsage } from '#core/keys/key-views'
import type { Db } from '#db/client'
import { getShownApiKey, listApiKeys } from '#db/queries/api-keys'
import { listUsageByDay, sumUsageByKey } from '#db/queries/key-usage'

const monthDays = 30

/** All keys, newest first, with what each asked for in the last 30 days. */
export async function listKeys(db: Db, now: Date): Promise<KeyLine[]> {
  const today = new Date(dayStartMs(now.getTime()))
  const since = new Date(today.getTime() - (monthDays - 1) * dayMs)
  const [keys, sums] = await Promise.all([listApiKeys(db), sumUsageByKey(db, { since, rowsSince: today })])
  const byKey = new Map(sums.map(({ keyId, rowsToday, ...month }) => [keyId, { month, rowsToday }]))
  return keys.map((key) => ({ ...key, ...(byKey.get(key.id) ?? { month: noUsage, rowsToday: 0 }) }))
}

/** What one key asked for in the last `days` days, today (UTC) included. */
export async function readKeyUsage(db: Db, { id, days, now }: { id: string; days: number; now: Date }): Promise<KeyUsageView> {
  const today = new Date(dayStartMs(now.getTime()))
  const since = new Date(today.getTime() - (days - 1) * dayMs)
  const [key, used] = await Promise.all([getShownApiKey(db, id), listUsageByDay(db, { keyId: id, since })])
  const to = dayName(today)
  return {
    key,
    from: dayName(since),
    to,
    rowsToday: used.reduce((sum, { day, rows }) => (day === to ? sum + rows : sum), 0),
    days: used,
  }
}

function dayName(day: Date): string {
  return day.toISOString().slice(0, 10)
}

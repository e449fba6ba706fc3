import { type Report, reportSchema } from '#core/reports/report'
import type { House } from '#server/house'

/** A report that was kept, in the form of today; null when it is gone or of an older form. */
export async function readReport(artifacts: House['artifacts'], hash: string): Promise<Report | null> {
  if (!(await artifacts.has(hash))) return null
  return reportSchema.safeParse(JSON.parse(new TextDecoder().decode(await artifacts.read(hash)))).data ?? null
}

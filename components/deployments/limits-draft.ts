import type { KeyPriority } from '#core/keys/key-actions'
import { type KeyLimits, keyLimitsSchema } from '#core/keys/key-limits'

/** Limits as they stand in the form: texts, and an empty one is no limit. */
export type LimitsDraft = { ratePerSecond: string; burst: string; rowsPerDay: string; priority: KeyPriority }
export type LimitsField = keyof LimitsDraft
export type LimitsErrors = Partial<Record<LimitsField, string>>

/** The form of limits that are set. */
export function draftOfLimits({ ratePerSecond, burst, rowsPerDay, priority }: KeyLimits): LimitsDraft {
  const text = (value: number | null) => (value === null ? '' : String(value))
  return { ratePerSecond: text(ratePerSecond), burst: text(burst), rowsPerDay: text(rowsPerDay), priority }
}

/** The limits that the form says, or what is wrong with which field. */
export function readLimits(draft: LimitsDraft): { limits: KeyLimits; errors: null } | { limits: null; errors: LimitsErrors } {
  const read = keyLimitsSchema.safeParse({
    ratePerSecond: numberOf(draft.ratePerSecond),
    burst: numberOf(draft.burst),
    rowsPerDay: numberOf(draft.rowsPerDay),
    priority: draft.priority,
  })
  if (read.success) return { limits: read.data, errors: null }
  const errors: LimitsErrors = {}
  for (const { path, message } of read.error.issues) {
    const field = fields.find((each) => each === path[0])
    if (field && errors[field] === undefined)
      errors[field] = Number.isNaN(numberOf(draft[field])) ? 'Write it as a number, or leave it empty.' : message
  }
  return { limits: null, errors }
}

const fields = ['ratePerSecond', 'burst', 'rowsPerDay', 'priority'] as const satisfies readonly LimitsField[]

/** The number of a text; null of an empty one. Commas between thousands are read over. */
function numberOf(text: string): number | null {
  const trimmed = text.replaceAll(/[\s,]/g, '')
  return trimmed === '' ? null : Number(trimmed)
}

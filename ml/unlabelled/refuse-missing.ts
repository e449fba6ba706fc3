import { AppError } from '#core/errors/app-error'
import type { SparseRows } from '#ml/features/sparse-rows'

/** Refuses rows with a missing or infinite value, by the name of its feature; `method` as a sentence begins with it. */
export function refuseMissing(x: SparseRows, method: string): void {
  const at = x.values.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return
  const name = x.nameOf?.(x.ids[at] ?? 0) ?? `feature ${(x.ids[at] ?? 0) + 1}`
  throw new AppError('bad_input', {
    detail: `${method} cannot read a missing or infinite value, as "${name}" has: let missing values become the median in the number features.`,
    hint: { param: 'impute' },
  })
}

import { AppError } from '#core/errors/app-error'
import type { PredictRow, Signature } from '#core/model/signature'
import { type ColumnBinner, columnBinners } from '#core/monitor/bins'
import type { Db } from '#db/client'
import { findVersionByNumber } from '#db/queries/model-versions'
import type { OpenPrepare } from './load-model'

/** A registered version as far as reports about it are checked. */
export type KnownVersion = {
  versionId: string
  signature: Signature
  classes: readonly string[]
  binners: readonly ColumnBinner[]
  /** A row as the model sees it: anonymised, where its workflow says so. */
  prepare(row: PredictRow): PredictRow
}

export type FindVersion = (model: string, number: number) => Promise<KnownVersion | null>

const keptAtMost = 1_000

/** Looks versions up and remembers those that there are: a registered version never changes. */
export function openFindVersion(db: Db, openPrepare: OpenPrepare): FindVersion {
  const known = new Map<string, KnownVersion>()
  return async (model, number) => {
    const key = `${number} ${model}`
    const found = known.get(key) ?? (await lookUp(db, { model, number, openPrepare }))
    if (found && !known.has(key)) {
      if (known.size >= keptAtMost) known.clear()
      known.set(key, found)
    }
    return found
  }
}

async function lookUp(
  db: Db,
  { model, number, openPrepare }: { model: string; number: number; openPrepare: OpenPrepare },
): Promise<KnownVersion | null> {
  try {
    const found = await findVersionByNumber(db, { model, number })
    if (!found) return null
    const { recipe, reference, ...version } = found
    return { ...version, binners: columnBinners(reference), prepare: await openPrepare(recipe?.plan.prepare ?? []) }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('unavailable', {
      detail: `Version v${number} of ${model} cannot be looked up while the database is away. Report again later.`,
      hint: { retryAfterSeconds: 30 },
      cause,
    })
  }
}

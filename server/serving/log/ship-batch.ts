import type pg from 'pg'
import type { ColumnBinner } from '#core/monitor/bins'
import { inTransaction } from '#db/client'
import { type NewOutcome, upsertOutcomes } from '#db/queries/outcomes'
import { createPredictions, type NewPrediction } from '#db/queries/predictions'
import { createReviewItems, type NewReviewItem } from '#db/queries/review-items'
import { addRollups } from '#db/queries/rollups'
import { claimSpoolBatch } from '#db/queries/spool-batches'
import type { Pace } from './pace'
import { type AnswersLine, readSpool, type SpoolLine, surveySpool } from './spool-line'
import { openTally } from './tally'

/** A spool file on its way into the database. */
export type SpoolBatch = {
  id: string
  text: string
  /** The binners of the versions that the lines name. */
  learnBinners(versionIds: ReadonlySet<string>): Promise<(versionId: string) => readonly ColumnBinner[]>
  /** Keeps what does not fit its sum; called before the batch is in. */
  setAside(damaged: readonly string[]): Promise<void>
  pace: Pick<Pace, 'breathe'>
}

/** So many rows are read, copied and counted before others may have the processor; few at once also leave little to the garbage collector. */
const rowsAtOnce = 100

/**
 * One batch, one transaction: its claim, its predictions, their figures, items for review, outcomes. Lines that the claim
 * says are in already are left out, and so are rows whose id is: what is sent twice, by whomever and under whatever name, is
 * there once and counts once. Returns how many lines are damaged.
 */
export async function shipBatch(pool: pg.Pool, batch: SpoolBatch): Promise<number> {
  return inTransaction(pool, async (tx, client) => {
    const shipped = await claimSpoolBatch(tx, { id: batch.id, lines: surveySpool(batch.text).complete })
    if (shipped === null) return 0
    let seen = openSeen()
    const fresh = await createPredictions(client, async function* () {
      seen = openSeen()
      for await (const lines of linesOf(batch, shipped, seen)) {
        seen.add(lines, await batch.learnBinners(versionsOf(lines)))
        yield lines.filter(isAnswers).flatMap(predictionsOf)
      }
    })
    if (fresh) {
      seen = openSeen((id) => fresh.delete(id))
      for await (const lines of linesOf(batch, shipped, seen)) seen.add(lines, await batch.learnBinners(versionsOf(lines)))
    }
    if (seen.damaged.length > 0) await batch.setAside(seen.damaged)
    await addRollups(tx, seen.tally.list())
    await createReviewItems(tx, seen.reviewItems)
    await upsertOutcomes(tx, seen.outcomes)
    return seen.damaged.length
  })
}

/** What lines amount to; only rows that `isNew` count, and requests that have one or never had any. */
function openSeen(isNew: ((id: string) => boolean) | null = null) {
  const tally = openTally()
  const damaged: string[] = []
  const reviewItems: NewReviewItem[] = []
  const outcomes: NewOutcome[] = []
  return {
    tally,
    damaged,
    reviewItems,
    outcomes,
    add(lines: readonly SpoolLine[], binnersOf: (versionId: string) => readonly ColumnBinner[]) {
      for (const line of lines) {
        if (line.kind === 'figures') tally.addFigures(line)
        else if (line.kind === 'outcomes') outcomes.push(...outcomesOf(line))
        else {
          const rows = isNew ? line.rows.filter((row) => isNew(row.id)) : line.rows
          if (rows.length > 0 || line.rows.length === 0) tally.addAnswers(line, binnersOf(line.versionId), rows)
          addReviewItems(reviewItems, line)
        }
      }
    },
  }
}

/** Lines that are not in yet, some at a time. */
async function* linesOf(
  { text, pace }: Pick<SpoolBatch, 'text' | 'pace'>,
  shipped: number,
  { damaged }: { damaged: string[] },
): AsyncGenerator<SpoolLine[]> {
  let lines: SpoolLine[] = []
  let rows = 0
  for (const part of readSpool(text)) {
    if ('damaged' in part) damaged.push(part.damaged)
    else if (part.at >= shipped && part.line.kind !== 'batch') {
      lines.push(part.line)
      rows += isAnswers(part.line) ? Math.max(1, part.line.rows.length) : 1
    }
    if (rows < rowsAtOnce) continue
    yield lines
    lines = []
    rows = 0
    await pace.breathe()
  }
  if (lines.length > 0) yield lines
}

function versionsOf(lines: readonly SpoolLine[]): Set<string> {
  const named = new Set<string>()
  for (const line of lines) if (isAnswers(line)) named.add(line.versionId)
  return named
}

/** Whether a line is about a request: the only ones that have rows and a version's own binners. */
function isAnswers(line: SpoolLine): line is AnswersLine {
  return line.kind === undefined || line.kind === 'answers'
}

function predictionsOf({ deploymentId, versionId, release, at, latencyMs, test, shadow, edge, rows }: AnswersLine): NewPrediction[] {
  return rows.map((row) => ({
    id: row.id,
    deploymentId,
    versionId,
    release,
    at: new Date(at),
    input: row.input ?? null,
    inputHash: row.hash ?? null,
    ...('value' in row ? { value: row.value } : { label: row.label, confidence: row.confidence }),
    latencyMs,
    test,
    source: edge ? 'edge' : 'gateway',
    fallback: row.fallback ?? null,
    answeredBy: row.by ?? null,
    shadow: shadow ?? false,
  }))
}

function addReviewItems(items: NewReviewItem[], { deploymentId, versionId, at, rows }: AnswersLine): void {
  for (const row of rows) {
    if (!row.review || !row.input) continue
    items.push({
      predictionId: row.id,
      deploymentId,
      versionId: row.by ?? versionId,
      reason: 'low-confidence',
      input: row.input,
      ...('value' in row ? {} : { label: row.label, confidence: row.confidence }),
      at: new Date(at),
    })
  }
}

function outcomesOf({ deploymentId, at: receivedAt, outcomes }: Extract<SpoolLine, { kind: 'outcomes' }>): NewOutcome[] {
  return outcomes.map(({ id, at, ...outcome }) => ({
    ...outcome,
    predictionId: id,
    deploymentId,
    at: new Date(at),
    receivedAt: new Date(receivedAt),
  }))
}

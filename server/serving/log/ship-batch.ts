import type pg from 'pg'
import type { ColumnBinner } from '#core/monitor/bins'
import { inTransaction } from '#db/client'
import { type NewOutcome, upsertOutcomes } from '#db/queries/outcomes'
import { createPredictions, type NewPrediction } from '#db/queries/predictions'
import { createReviewItems, type NewReviewItem } from '#db/queries/review-items'
import { addRollups } from '#db/queries/rollups'
import { claimSpoolBatch } from '#db/queries/spool-batches'
import { countLines } from './count-lines'
import { type Pace, paced } from './pace'
import type { AnswersLine, SpoolFile, SpoolLine } from './spool-line'

/**
 * One batch, one transaction: its claim, its predictions, their figures, items for review, outcomes. Lines that the claim
 * says are in already are left out, and so are rows whose id is: what is sent twice, by whomever and under whatever name, is
 * there once and counts once.
 */
export async function shipBatch(
  pool: pg.Pool,
  { id, file, binnersOf, pace }: { id: string; file: SpoolFile; binnersOf: (versionId: string) => readonly ColumnBinner[]; pace: Pace },
): Promise<void> {
  await inTransaction(pool, async (tx, client) => {
    const shipped = await claimSpoolBatch(tx, { id, lines: file.complete })
    if (shipped === null) return
    const lines = file.lines.filter(({ at }) => at >= shipped).map(({ line }) => line)
    const answers = lines.filter(isAnswers)
    const fresh = await createPredictions(client, answers.flatMap(predictionsOf), {
      mayRepeat: answers.some((line) => line.edge === true),
      between: pace.breathe,
    })
    await addRollups(tx, await paced(countLines(lines, { binnersOf, isNew: fresh && ((row) => fresh.delete(row)) }), pace))
    await createReviewItems(tx, answers.flatMap(reviewItemsOf))
    await upsertOutcomes(tx, lines.flatMap(outcomesOf))
  })
}

/** Whether a line is about a request: the only ones that have rows and a version's own binners. */
export function isAnswers(line: SpoolLine): line is AnswersLine {
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

function reviewItemsOf({ deploymentId, versionId, at, rows }: AnswersLine): NewReviewItem[] {
  return rows.flatMap((row) =>
    row.review && row.input
      ? [
          {
            predictionId: row.id,
            deploymentId,
            versionId: row.by ?? versionId,
            reason: 'low-confidence' as const,
            input: row.input,
            ...('value' in row ? {} : { label: row.label, confidence: row.confidence }),
            at: new Date(at),
          },
        ]
      : [],
  )
}

function outcomesOf(line: SpoolLine): NewOutcome[] {
  if (line.kind !== 'outcomes') return []
  return line.outcomes.map(({ id, at, ...outcome }) => ({
    ...outcome,
    predictionId: id,
    deploymentId: line.deploymentId,
    at: new Date(at),
    receivedAt: new Date(line.at),
  }))
}

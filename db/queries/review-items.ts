import { and, asc, count, eq } from 'drizzle-orm'
import type { Db } from '#db/client'
import { deployments } from '#db/schema/deployments'
import { reviewItems } from '#db/schema/review-items'

export type NewReviewItem = typeof reviewItems.$inferInsert

const rowsPerInsert = 500

/** Adds items to the queue; one that was there before, decided or not, stays as it is. */
export async function createReviewItems(tx: Db, items: readonly NewReviewItem[]): Promise<void> {
  // In the order of their ids, so that two batches with the same items do not lock each other out.
  const sorted = [...items].sort((a, b) => (a.predictionId < b.predictionId ? -1 : 1))
  for (let from = 0; from < sorted.length; from += rowsPerInsert) {
    await tx
      .insert(reviewItems)
      .values(sorted.slice(from, from + rowsPerInsert))
      .onConflictDoNothing()
  }
}

/** The queue: open items, those that wait longest first. */
export async function listReviewItems(db: Db, { deployment, limit }: { deployment?: string | undefined; limit: number }) {
  return db
    .select({
      predictionId: reviewItems.predictionId,
      deployment: deployments.name,
      versionId: reviewItems.versionId,
      reason: reviewItems.reason,
      input: reviewItems.input,
      label: reviewItems.label,
      confidence: reviewItems.confidence,
      at: reviewItems.at,
    })
    .from(reviewItems)
    .innerJoin(deployments, eq(deployments.id, reviewItems.deploymentId))
    .where(and(eq(reviewItems.status, 'open'), deployment ? eq(deployments.name, deployment) : undefined))
    .orderBy(asc(reviewItems.at), asc(reviewItems.predictionId))
    .limit(limit)
}

/** How many items wait, by deployment; deployments without any are left out. */
export async function countReviewItems(db: Db, { deployment }: { deployment?: string | undefined } = {}) {
  return db
    .select({ deployment: deployments.name, open: count() })
    .from(reviewItems)
    .innerJoin(deployments, eq(deployments.id, reviewItems.deploymentId))
    .where(and(eq(reviewItems.status, 'open'), deployment ? eq(deployments.name, deployment) : undefined))
    .groupBy(deployments.name)
    .orderBy(asc(deployments.name))
}

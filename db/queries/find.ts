import { and, desc, ilike, isNull } from 'drizzle-orm'
import type { Db } from '#db/client'
import { dataSets } from '#db/schema/data-sets'
import { deployments } from '#db/schema/deployments'
import { models } from '#db/schema/models'
import { workflows } from '#db/schema/workflows'

export type Found = { kind: 'workflow' | 'dataSet' | 'model' | 'deployment'; id: string; name: string }

/** Objects of every kind whose name contains `search`, newest first, `limit` of each. */
export async function findByName(db: Db, { search, limit }: { search: string; limit: number }): Promise<Found[]> {
  const like = `%${search.replaceAll(/[%_\\]/g, '\\$&')}%`
  const [byWorkflow, byDataSet, byModel, byDeployment] = await Promise.all([
    db
      .select({ id: workflows.id, name: workflows.name })
      .from(workflows)
      .where(and(ilike(workflows.name, like), isNull(workflows.archivedAt)))
      .orderBy(desc(workflows.updatedAt))
      .limit(limit),
    db
      .select({ id: dataSets.id, name: dataSets.name })
      .from(dataSets)
      .where(and(ilike(dataSets.name, like), isNull(dataSets.deletedAt)))
      .orderBy(desc(dataSets.createdAt))
      .limit(limit),
    db
      .select({ id: models.id, name: models.name })
      .from(models)
      .where(ilike(models.name, like))
      .orderBy(desc(models.createdAt))
      .limit(limit),
    db
      .select({ id: deployments.id, name: deployments.name })
      .from(deployments)
      .where(and(ilike(deployments.name, like), isNull(deployments.archivedAt)))
      .orderBy(desc(deployments.createdAt))
      .limit(limit),
  ])
  return [
    ...byWorkflow.map((row) => ({ kind: 'workflow' as const, ...row })),
    ...byDataSet.map((row) => ({ kind: 'dataSet' as const, ...row })),
    ...byModel.map((row) => ({ kind: 'model' as const, ...row })),
    ...byDeployment.map((row) => ({ kind: 'deployment' as const, ...row })),
  ]
}

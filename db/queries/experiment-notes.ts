import { eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '#db/client'
import { experimentNotes } from '#db/schema/experiment-notes'
import { modelVersions } from '#db/schema/model-versions'
import { models } from '#db/schema/models'

export type ExperimentNote = { tags: string[]; note: string; pinned: boolean }

const nothing: ExperimentNote = { tags: [], note: '', pinned: false }

/** What was written down about a training; what nobody wrote is empty. */
export async function findExperimentNote(db: Db, stageRunId: string): Promise<ExperimentNote> {
  const { tags, note, pinned } = experimentNotes
  const [row] = await db
    .select({ tags, note, pinned })
    .from(experimentNotes)
    .where(eq(experimentNotes.stageRunId, stageRunId))
    .for('update')
  return row ?? nothing
}

/** Writes it anew; what is empty again is no row any more. */
export async function saveExperimentNote(db: Db, { stageRunId, ...note }: ExperimentNote & { stageRunId: string }): Promise<void> {
  if (note.tags.length === 0 && note.note === '' && !note.pinned) {
    await db.delete(experimentNotes).where(eq(experimentNotes.stageRunId, stageRunId))
    return
  }
  const set = { ...note, updatedAt: sql`now()` }
  await db
    .insert(experimentNotes)
    .values({ stageRunId, ...note })
    .onConflictDoUpdate({ target: experimentNotes.stageRunId, set })
}

/** Which versions of which models are these very files. */
export async function listVersionsOfArtifacts(db: Db, artifacts: readonly string[]) {
  if (artifacts.length === 0) return []
  return db
    .select({ artifact: modelVersions.artifact, model: models.name, version: modelVersions.number })
    .from(modelVersions)
    .innerJoin(models, eq(models.id, modelVersions.modelId))
    .where(inArray(modelVersions.artifact, [...artifacts]))
    .orderBy(models.name, modelVersions.number)
}

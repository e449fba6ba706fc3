import { AppError } from '#core/errors/app-error'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { type ExperimentNote, findExperimentNote, saveExperimentNote } from '#db/queries/experiment-notes'
import { listExperimentsById } from '#db/queries/experiments'
import type { House } from '#server/house'
import { experimentTypes } from './describe-experiments'

/** Changes what is written down about an experiment, with a line in the audit log; what is left out stays. */
export async function writeNote(
  { db }: Pick<House, 'db'>,
  { id, ...change }: { id: string } & { [K in keyof ExperimentNote]?: ExperimentNote[K] | undefined },
  actor: AuditActor,
): Promise<ExperimentNote> {
  return db.transaction(async (tx) => {
    const [experiment] = await listExperimentsById(tx, { types: experimentTypes, ids: [id] })
    if (!experiment) throw new AppError('not_found', { detail: 'There is no such experiment. It may have been removed with its workflow.' })
    const before = await findExperimentNote(tx, id)
    const after = {
      tags: change.tags ? [...new Set(change.tags)] : before.tags,
      note: change.note ?? before.note,
      pinned: change.pinned ?? before.pinned,
    }
    if (JSON.stringify(before) === JSON.stringify(after)) return after
    await saveExperimentNote(tx, { stageRunId: id, ...after })
    await writeAudit(tx, { actor, action: 'experiment.annotate', object: 'experiment', objectId: id, before, after })
    return after
  })
}

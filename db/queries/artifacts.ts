import type { Db } from '#db/client'
import { artifacts } from '#db/schema/artifacts'

/** Notes artifacts that are in the store now. */
export async function addArtifacts(db: Db, rows: readonly { hash: string; bytes: number }[]): Promise<void> {
  if (rows.length === 0) return
  await db
    .insert(artifacts)
    .values([...rows])
    .onConflictDoNothing()
}

import { accessSync, constants, mkdirSync } from 'node:fs'
import { count, sql, sum } from 'drizzle-orm'
import { reasonOf } from '#db/embedded/data-folder'
import { artifacts } from '#db/schema/artifacts'
import { hashFile } from '#server/artifacts/store'
import type { House } from '#server/house'
import { type Finding, ok, problem } from './finding'

const sampleSize = 200
/** Reading a file again to compare its hash is worth it up to this size; beyond it only presence and size are compared. */
const rehashBytes = 4 * 1024 * 1024

/** The store can be written, and a random sample of what the database says is there really is, unchanged. */
export async function checkArtifacts(house: House): Promise<Finding[]> {
  const { dir } = house.artifacts
  try {
    mkdirSync(dir, { recursive: true })
    accessSync(dir, constants.W_OK | constants.X_OK)
  } catch (error) {
    return [
      problem('artifacts', `${dir} cannot be written (${reasonOf(error)})`, 'Give yourself write permission, or set STAGELINE_ARTIFACTS.'),
    ]
  }
  const [total] = await house.db.select({ n: count(), bytes: sum(artifacts.bytes) }).from(artifacts)
  const sample = await house.db.select().from(artifacts).orderBy(sql`random()`).limit(sampleSize)
  const bad = (await Promise.all(sample.map((row) => faultOf(house, row)))).filter((fault) => fault !== null)
  if (bad.length === 0)
    return [
      ok('artifacts', `${total?.n ?? 0} files, ${megabytes(Number(total?.bytes ?? 0))} in ${dir}; ${sample.length} looked at, all sound`),
    ]
  const mend =
    'Restore the folder from a backup (every machine must see the same one: STAGELINE_ARTIFACTS), or run the workflows again; stages whose files are missing are executed anew.'
  return [
    problem(
      'artifacts',
      `${bad.length} of ${sample.length} looked at ${bad.length === 1 ? 'is' : 'are'} not sound, for example ${bad[0]}`,
      mend,
    ),
  ]
}

async function faultOf(house: House, { hash, bytes }: { hash: string; bytes: number }): Promise<string | null> {
  const name = hash.slice(0, 12)
  if (!(await house.artifacts.has(hash))) return `${name} is missing`
  if ((await house.artifacts.size(hash)) !== bytes) return `${name} has another size`
  if (bytes <= rehashBytes && (await hashFile(await house.artifacts.path(hash))) !== hash) return `${name} was changed`
  return null
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

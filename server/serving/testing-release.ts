import { sql } from 'drizzle-orm'
import type { Route } from '#core/releases/route'
import { releaseSettingsSchema } from '#core/releases/settings'
import { deployments } from '#db/schema/deployments'
import { modelVersions } from '#db/schema/model-versions'
import { releases } from '#db/schema/releases'
import type { House } from '#server/house'
import { tinyModel } from '#server/testing/tiny-model'
import { registerTiny, type TinyVersion } from '#server/testing/tiny-registry'

export type ReleaseWish = {
  deployment: string
  routes: readonly Route[]
  /** As a release stores them. */
  settings?: Record<string, unknown>
  lowConfidence?: number
}

/** Puts a release into the database and tells the gateways: how it came about is the affair of others. */
export async function putRelease(house: House, { deployment, routes, settings = {}, lowConfidence = 0.6 }: ReleaseWish): Promise<string> {
  const [made] = await house.db
    .insert(deployments)
    .values({ name: deployment, modelId: await modelOf(house, routes) })
    .onConflictDoUpdate({ target: deployments.name, set: { name: deployment } })
    .returning()
  const deploymentId = made?.id ?? ''
  await house.db.insert(releases).values({
    deploymentId,
    number: sql`(select coalesce(max(number), 0) + 1 from releases where deployment_id = ${deploymentId})`,
    routes: [...routes],
    settings: releaseSettingsSchema.parse(settings),
    lowConfidence,
    kind: 'deploy',
  })
  await house.db.execute(sql`select pg_notify('release_changed', ${deploymentId})`)
  return deploymentId
}

async function modelOf(house: House, routes: readonly Route[]): Promise<string> {
  const [version] = await house.db
    .select({ modelId: modelVersions.modelId })
    .from(modelVersions)
    .where(sql`${modelVersions.id} = ${routes[0]?.versionId ?? ''}`)
  return version?.modelId ?? ''
}

/** A version with a model file of its own; `isImported` where nobody here trained it. */
export async function registerFile(house: House, bytes: Uint8Array = tinyModel(), { isImported = false } = {}): Promise<TinyVersion> {
  const [version] = await registerTiny(house, { count: 1 })
  if (!version) throw new Error('no version was registered')
  const artifact = await house.artifacts.write(bytes)
  const origin = isImported ? sql`'{"source": "file"}'::jsonb` : null
  await house.db.update(modelVersions).set({ artifact, origin }).where(sql`${modelVersions.id} = ${version.id}`)
  return { ...version, artifact }
}

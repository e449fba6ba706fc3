import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { EdgeManifest } from '#core/edge/manifest'
import { edgeTypings } from '#core/edge/typings'
import { AppError } from '#core/errors/app-error'
import { readModelFile } from '#core/model/model-file'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { getDeployment, getVersion } from '#db/queries/deployments'
import { createEdgeBundle } from '#db/queries/edge-bundles'
import { listReleases } from '#db/queries/releases'
import { findUser } from '#db/queries/users'
import { secretsOf } from '#ml/features/prepare'
import type { House } from '#server/house'

/** Where the supervisor packs the client of bundles, and lays the runtime. */
export type EdgeSources = { edge: string; ort: string }

/** The folders of this process' project. */
export function edgeSources(): EdgeSources {
  const folder = path.resolve(/* turbopackIgnore: true */ 'public')
  return { edge: path.join(folder, 'edge'), ort: path.join(folder, 'ort') }
}

const runtime = ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']

/**
 * Hands out the champion of a deployment: model, client, typings, runtime and page become artifacts, and the bundle names
 * them. What was published before stays as it is in the hands of who has it.
 */
export async function publishEdge(
  house: House,
  {
    deployment: name,
    reason,
    actor,
    sources = edgeSources(),
  }: { deployment: string; reason: string; actor: AuditActor; sources?: EdgeSources },
): Promise<{ deployment: string; version: number; bytes: number }> {
  const deployment = await getDeployment(house.db, name)
  const [release] = await listReleases(house.db, deployment.id)
  const championId = release?.routes[0]?.versionId
  if (!release || !championId)
    throw new AppError('conflict', { detail: `Nothing was released on ${name} yet, so there is nothing to hand out.` })
  const version = await getVersion(house.db, championId)
  const model = await house.artifacts.read(version.artifact)
  const [secret] = secretsOf(readModelFile(model).prepare)
  if (secret !== undefined) {
    throw new AppError('forbidden', {
      detail: `v${version.number} hashes personal data with the secret ${secret}, which never leaves the server: it cannot run at the edge. Anonymise without a key, or leave that step out.`,
    })
  }
  const manifest: EdgeManifest = {
    deployment: name,
    model: version.model,
    version: `v${version.number}`,
    release: release.number,
    artifact: version.artifact,
    signature: version.signature,
    classes: version.classes,
    gateway: house.env.gatewayUrl,
  }
  const files = await keepFiles(house, { ...(await bundleFiles(sources, manifest)), 'model.onnx': model })
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
  await house.db.transaction(async (tx) => {
    await createEdgeBundle(tx, {
      deploymentId: deployment.id,
      versionId: version.id,
      release: release.number,
      files,
      reason,
      createdBy: (await findUser(tx, actor.id)) ? actor.id : null,
    })
    await writeAudit(tx, {
      actor,
      action: 'edge.publish',
      object: 'deployment',
      objectId: name,
      after: { version: version.number, release: release.number, artifact: version.artifact },
      reason,
    })
  })
  return { deployment: name, version: version.number, bytes }
}

async function bundleFiles({ edge, ort }: EdgeSources, manifest: EdgeManifest): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {}
  for (const name of ['index.html', 'page.css', 'page.mjs', 'stageline-edge.mjs']) files[name] = await given(edge, name)
  for (const name of runtime) files[`ort/${name}`] = await given(ort, name)
  files['deployment.json'] = text(JSON.stringify(manifest, null, 2))
  files['stageline-edge.d.mts'] = text(edgeTypings(manifest))
  files['README.md'] = text(readme(manifest))
  const names = ['index.html', 'page.css', 'page.mjs', 'deployment.json', 'model.onnx', ...runtime.map((name) => `ort/${name}`)]
  const group = `stageline-edge-${manifest.deployment}-`
  const worker = Buffer.from(await given(edge, 'service-worker.js')).toString()
  files['service-worker.js'] = text(
    worker
      .replace("'CACHE_NAME'", JSON.stringify(`${group}${manifest.version}-${manifest.artifact.slice(0, 12)}`))
      .replace("'CACHE_GROUP'", JSON.stringify(group))
      .replace("['FILES']", JSON.stringify(names)),
  )
  return files
}

/** Sorted, so that equal bundles have equal rows; the runtime is stored once for all bundles. */
async function keepFiles(house: House, files: Record<string, Uint8Array>): Promise<Record<string, { artifact: string; bytes: number }>> {
  const kept: Record<string, { artifact: string; bytes: number }> = {}
  for (const [name, bytes] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    kept[name] = { artifact: await house.artifacts.write(bytes), bytes: bytes.length }
  }
  return kept
}

async function given(folder: string, name: string): Promise<Uint8Array> {
  return readFile(path.join(folder, name)).catch((cause: unknown) => {
    throw new AppError('unavailable', {
      detail: `The file ${name} of edge bundles is not there. Run \`npm run build\`, which makes it.`,
      cause,
    })
  })
}

const text = (content: string) => new TextEncoder().encode(content)

function readme({ deployment, model, version, gateway }: EdgeManifest): string {
  return `# ${deployment}, ${model} ${version}

Serve this folder from any web server and open index.html: the page answers in the browser, and works offline once it was
loaded (browsers allow that on https and on localhost).

In a program:

    import { openEdgeModel, openEdgeReports } from './stageline-edge.mjs'

    const model = await openEdgeModel({ model: './model.onnx', runtime: './ort/' })
    const [answer] = await model.predict([record])

    // optional: predictions show in monitoring, marked as made at the edge
    const reports = openEdgeReports({ gateway: '${gateway}', deployment: '${deployment}', version: '${version}', key, store: localStorage })
    reports.add([record], [answer])
    await reports.flush()

The gateway takes reports from pages of other addresses when STAGELINE_GATEWAY_ORIGINS names them.
`
}

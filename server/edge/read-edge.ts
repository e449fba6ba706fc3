import { zipSync } from 'fflate'
import { AppError } from '#core/errors/app-error'
import { findEdgeBundle } from '#db/queries/edge-bundles'
import type { House } from '#server/house'

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  mts: 'text/plain; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  json: 'application/json',
  wasm: 'application/wasm',
  onnx: 'application/octet-stream',
}

/** One file of the published bundle of a deployment; `bundle.zip` is all of them. */
export async function readEdgeFile(
  house: Pick<House, 'db' | 'artifacts'>,
  { deployment, name }: { deployment: string; name: string },
): Promise<{ bytes: Uint8Array; type: string; download: string | null }> {
  const published = await findEdgeBundle(house.db, deployment)
  if (!published)
    throw new AppError('not_found', { detail: `${deployment} was never published for the edge. A lead does that on its page.` })
  const { bundle, version } = published
  if (name === 'bundle.zip') {
    const folder = `${deployment}-v${version}`
    const files: Record<string, [Uint8Array, { level: 0 | 6; mtime: Date }]> = {}
    for (const [path, { artifact }] of Object.entries(bundle.files)) {
      // One time for all of them: the same bundle is the same archive, whenever it is asked for.
      files[`${folder}/${path}`] = [await house.artifacts.read(artifact), { level: 6, mtime: bundle.createdAt }]
    }
    return { bytes: zipSync(files), type: 'application/zip', download: `${folder}-edge.zip` }
  }
  const file = Object.hasOwn(bundle.files, name) ? bundle.files[name] : undefined
  if (!file) throw new AppError('not_found', { detail: `The edge bundle of ${deployment} has no file ${name.slice(0, 100)}.` })
  const ending = name.slice(name.lastIndexOf('.') + 1)
  return { bytes: await house.artifacts.read(file.artifact), type: types[ending] ?? 'application/octet-stream', download: null }
}

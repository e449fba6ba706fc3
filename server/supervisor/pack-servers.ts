import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { packedFolder } from './sources.mjs'

const forgetAfterMs = 7 * 24 * 3_600_000

/**
 * Packs supervisor, worker and gateway into one JavaScript file each and returns their folder. Compiling hundreds of small
 * files anew was half of the time of a start. Null where the folder cannot be written: the processes then run from the
 * TypeScript, a second slower.
 */
export async function packServers(root: string, sources: string): Promise<string | null> {
  const folder = packedFolder(root, sources)
  if (existsSync(folder)) return folder
  const draft = `${folder}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    const { build, stop } = await import('esbuild')
    await build({
      absWorkingDir: root,
      entryPoints: { main: 'server/main.ts', worker: 'server/worker.ts', gateway: 'server/gateway.ts' },
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: 'esm',
      outdir: draft,
      outExtension: { '.js': '.mjs' },
      sourcemap: true,
      logLevel: 'silent',
      plugins: [ownAddress],
    })
    await stop()
    // Complete or not at all; whoever else packs the same is as good.
    if (!existsSync(folder)) renameSync(draft, folder)
    forgetOld(path.dirname(folder))
    return folder
  } catch {
    // A project folder of somebody else, or a full disk: slower is better than not at all.
    return null
  } finally {
    if (existsSync(draft)) rmSync(draft, { recursive: true, force: true })
  }
}

/** Files find their neighbours (migrations, the stage process) by their own address: packed, too, by that of their source. */
const ownAddress: Plugin = {
  name: 'own-address',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
      const source = readFileSync(file, 'utf8')
      if (!source.includes('import.meta.url')) return null
      return { loader: 'ts', contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href)) }
    })
  },
}

function forgetOld(cache: string): void {
  for (const name of readdirSync(cache)) {
    const folder = path.join(cache, name)
    if (Date.now() - statSync(folder).mtimeMs > forgetAfterMs) rmSync(folder, { recursive: true, force: true })
  }
}

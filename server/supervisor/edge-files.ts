import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const given = ['index.html', 'page.css', 'service-worker.js']
const stampFile = 'sources.txt'

/**
 * Packs the client of edge bundles where the web server serves it: "Try it in this browser" loads it from there, and what
 * is published is a copy of it. Nothing to do when it was packed from these sources.
 */
export async function packEdgeFiles(root: string, sources: string): Promise<void> {
  const target = path.join(root, 'public', 'edge')
  const stamp = path.join(target, stampFile)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return
  mkdirSync(target, { recursive: true })
  const { build, stop } = await import('esbuild')
  await build({
    absWorkingDir: root,
    entryPoints: { 'stageline-edge': 'components/edge/client.ts', page: 'components/edge/page.ts' },
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    minify: true,
    outdir: target,
    outExtension: { '.js': '.mjs' },
    logLevel: 'silent',
  })
  await stop()
  for (const name of given) copyFileSync(path.join(root, 'server', 'edge', 'files', name), path.join(target, name))
  // Last: a half-packed folder is packed again.
  writeFileSync(stamp, sources)
}

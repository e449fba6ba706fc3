// `npm test`: everything that must hold, one step after the other. A failing step does not hide the later ones. The last
// line is the sum over all of them: `N passed, N failed`. `npm test -- types unit` runs only those steps.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBrowser } from './find-browser.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const scratch = mkdtempSync(path.join(os.tmpdir(), 'stageline-check-'))
const bin = (name) => path.join(root, 'node_modules', '.bin', name)
const node = process.execPath
const longestStepMs = 30 * 60_000

/** What of this machine's settings must not leak into the tests. */
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1' }
// Colours in a file are noise.
if (!process.stdout.isTTY) Object.assign(env, { NO_COLOR: '1', FORCE_COLOR: '0' })
for (const name of Object.keys(env)) if (/^(STAGELINE_|DATABASE_URL$|PG[A-Z]+$)/.test(name)) delete env[name]

const vitestReport = path.join(scratch, 'vitest.json')
const playwrightReport = path.join(scratch, 'playwright.json')

const steps = [
  { name: 'format', run: () => command(bin('biome'), ['ci', '.']) },
  { name: 'types', run: async () => (await command(bin('next'), ['typegen'])) && command(bin('tsc'), ['--noEmit']) },
  { name: 'imports', run: () => command(node, ['.ci/import-rules.mjs']) },
  { name: 'files', run: () => command(node, ['.ci/file-rules.mjs']) },
  { name: 'dead', run: () => command(bin('knip'), []) },
  {
    name: 'unit',
    run: () => command(bin('vitest'), ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${vitestReport}`]),
    count: () => countVitest(readJson(vitestReport)),
  },
  { name: 'build', run: () => command(node, ['server/start.mjs', 'build'], { STAGELINE_HOME: path.join(scratch, 'home') }) },
  {
    name: 'e2e',
    run: async () => {
      const browser = await ensureBrowser()
      return command(bin('playwright'), ['test', '--reporter=list,json'], {
        PLAYWRIGHT_CHROMIUM_PATH: browser,
        PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport,
      })
    },
    count: () => countPlaywright(readJson(playwrightReport)),
  },
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. The steps are: ${steps.map(({ name }) => name).join(', ')}.`)
  process.exit(1)
}

const results = []
for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue
  console.log(`\n── ${step.name} ${'─'.repeat(Math.max(0, 70 - step.name.length))}`)
  results.push(await runStep(step))
}
rmSync(scratch, { recursive: true, force: true })

console.log('')
for (const { name, passed, failed, skipped, seconds } of results) {
  const counts = [`${passed} passed`, failed > 0 && `${failed} FAILED`, skipped > 0 && `${skipped} skipped`].filter(Boolean).join(', ')
  console.log(`${failed > 0 ? '✗' : '✓'} ${name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s   ${counts}`)
}
const total = (key) => results.reduce((sum, result) => sum + result[key], 0)
console.log(`${total('passed')} passed, ${total('failed')} failed`)
process.exitCode = total('failed') > 0 ? 1 : 0

/** A step without counts is one check; one with counts that ended badly without a failed test (a crash) counts as one failure. */
async function runStep({ name, run, count }) {
  const startedAt = performance.now()
  const good = await run().catch((error) => {
    console.error(error.message)
    return false
  })
  const seconds = (performance.now() - startedAt) / 1000
  console.log(`${name}: ${good ? 'good' : 'FAILED'} after ${seconds.toFixed(1)} s`)
  const counts = count?.() ?? { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 }
  if (!good && counts.failed === 0) counts.failed = 1
  return { name, seconds, ...counts }
}

function command(program, args, extra = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...env, ...extra },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: longestStepMs,
    })
    child.once('error', (error) => {
      console.error(error.message)
      resolve(false)
    })
    child.once('close', (code) => resolve(code === 0))
  })
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // The runner crashed before it wrote its report: the step counts as one failure.
    return null
  }
}

function countVitest(report) {
  if (!report) return undefined
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests + (report.numTodoTests ?? 0) }
}

function countPlaywright(report) {
  if (!report) return undefined
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected + flaky, failed: unexpected, skipped }
}

// The Stageline under test: the real `npm start` on a fresh data folder, which is removed when the tests end.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'

const home = process.env.STAGELINE_HOME
if (!home) throw new Error('STAGELINE_HOME names the data folder of this test run; playwright.config.ts sets it.')
const child = spawn(process.execPath, ['server/start.mjs'], { env: { ...process.env, DATABASE_URL: '' }, stdio: 'inherit' })
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
// A killed test run passes no signal on, and the shell between it and this process lives on.
setInterval(() => isAlive(Number(process.env.TEST_RUNNER_PID)) || child.kill('SIGTERM'), 1_000).unref()
child.once('close', (code) => {
  rmSync(home, { recursive: true, force: true })
  process.exit(code ?? 1)
})

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

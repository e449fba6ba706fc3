// The Stageline under test: the real `npm start` on a fresh data folder, which is removed when the tests end.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const home = mkdtempSync(path.join(os.tmpdir(), 'stageline-e2e-'))
const child = spawn(process.execPath, ['server/start.mjs'], {
  env: { ...process.env, DATABASE_URL: '', STAGELINE_HOME: home },
  stdio: 'inherit',
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
child.once('close', (code) => {
  rmSync(home, { recursive: true, force: true })
  process.exit(code ?? 1)
})

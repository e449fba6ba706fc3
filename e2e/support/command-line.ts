import { spawn } from 'node:child_process'
import { chooseHome, choosePorts } from './ports'

/** Runs `stageline …` beside the Stageline under test, as the user with this e-mail; nothing is thrown, whatever it says. */
export function runCommand(args: string[], user: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['server/bin.mjs', ...args], {
      env: {
        ...process.env,
        DATABASE_URL: '',
        STAGELINE_HOME: chooseHome(),
        STAGELINE_GATEWAY_PORT: String(choosePorts().gateway),
        STAGELINE_USER: user,
        NO_COLOR: '1',
      },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

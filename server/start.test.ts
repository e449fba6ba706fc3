import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identify } from '#db/embedded/process-identity'
import { makeTemporaryHome } from '#db/testing/temporary-home'

/** Every way a start can fail that we can bring about here: one sentence that says what to do, exit code 1, no stack. */

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
chmodSync(folder, 0o755)

let taken: net.Server
let takenPort: number
beforeAll(async () => {
  taken = net.createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  takenPort = typeof address === 'object' && address ? address.port : 0
})
afterAll(() => taken.close())

type Outcome = { code: number | null; stderr: string }

function start(env: Record<string, string>, { nodeArgs = [], uid }: { nodeArgs?: string[]; uid?: number } = {}): Promise<Outcome> {
  const home = makeTemporaryHome('home-', folder)
  if (uid) chmodSync(home, 0o777)
  const child = spawn(process.execPath, [...nodeArgs, 'server/start.mjs'], {
    cwd: root,
    env: { ...process.env, STAGELINE_HOME: home, STAGELINE_PORT: '0', STAGELINE_GATEWAY_PORT: '0', DATABASE_URL: '', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(uid ? { uid, gid: uid } : {}),
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr: stderr.trim() })))
}

function expectSentence({ code, stderr }: Outcome, ...parts: string[]): void {
  for (const part of parts) expect(stderr).toContain(part)
  expect(stderr.split('\n')).toHaveLength(1)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(code).toBe(1)
}

test('the web port is taken', async () => {
  expectSentence(await start({ STAGELINE_PORT: String(takenPort) }), `Port ${takenPort} is taken`, 'STAGELINE_PORT=')
})

test('the gateway port is taken', async () => {
  expectSentence(await start({ STAGELINE_GATEWAY_PORT: String(takenPort) }), `Port ${takenPort} is taken`, 'STAGELINE_GATEWAY_PORT=')
})

test('the address is not one of this machine', async () => {
  expectSentence(await start({ STAGELINE_HOST: '203.0.113.7' }), 'The address 203.0.113.7', 'STAGELINE_HOST')
})

test('nothing listens at DATABASE_URL; the password stays private', async () => {
  const outcome = await start({ DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/stageline' })
  expectSentence(outcome, 'nothing listens there', '127.0.0.1:1', 'Correct DATABASE_URL, or unset it')
  expect(outcome.stderr).not.toContain('hunter2')
})

test('DATABASE_URL is not a Postgres', async () => {
  expectSentence(await start({ DATABASE_URL: 'mysql://me@127.0.0.1/x' }), 'DATABASE_URL must begin with postgres://')
})

test('an environment variable is wrong', async () => {
  expectSentence(await start({ STAGELINE_PORT: 'many' }), 'STAGELINE_PORT')
})

test('the data folder cannot be made', async () => {
  const file = path.join(folder, 'a-file')
  writeFileSync(file, '')
  expectSentence(await start({ STAGELINE_HOME: path.join(file, 'home') }), 'cannot be made', 'Set STAGELINE_HOME')
})

test.skipIf(process.getuid?.() !== 0)('no permission to write the data folder', async () => {
  const closed = path.join(folder, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  expectSentence(await start({ STAGELINE_HOME: path.join(closed, 'home') }, { uid: 65_534 }), 'no permission', 'Set STAGELINE_HOME')
})

test('another Stageline runs on the same data folder', async () => {
  const home = path.join(folder, 'busy')
  mkdirSync(home)
  writeFileSync(path.join(home, 'supervisor.lock'), JSON.stringify(identify(process.pid)))
  expectSentence(
    await start({ STAGELINE_HOME: home }),
    `already runs on ${home} (process ${process.pid})`,
    'STAGELINE_HOME and STAGELINE_PORT',
  )
})

test('Node is too old', async () => {
  const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.19.1"}})'
  expectSentence(
    await start({}, { nodeArgs: ['--import', pretend] }),
    'needs Node 20.9 or newer',
    'this is Node 18.19.1',
    'Install a newer one',
  )
})

test.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('the disk is full', async (context) => {
  const small = path.join(folder, 'small')
  mkdirSync(small)
  // A container may forbid mounting; then there is no small disk to fill.
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small]).status !== 0) return context.skip()
  try {
    expectSentence(await start({ STAGELINE_HOME: path.join(small, 'home') }), 'is full', 'Free some space')
  } finally {
    spawnSync('umount', ['-l', small])
  }
})

test('whoever reads the output goes away: it stops in order and leaves nothing running', { timeout: 120_000 }, async () => {
  const home = makeTemporaryHome('home-', folder)
  const env = { ...process.env, STAGELINE_HOME: home, STAGELINE_PORT: '0', STAGELINE_GATEWAY_PORT: '0', DATABASE_URL: '' }
  const child = spawn(process.execPath, ['server/start.mjs'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.destroy()
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
  expect(existsSync(path.join(home, 'postgres', 'data', 'postmaster.pid'))).toBe(false)
})

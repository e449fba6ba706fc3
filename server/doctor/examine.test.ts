import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyGraph } from '#core/graph/graph'
import { addArtifacts } from '#db/queries/artifacts'
import { createJob } from '#db/queries/jobs'
import { registerProcess } from '#db/queries/processes'
import { jobs } from '#db/schema/jobs'
import { processes } from '#db/schema/processes'
import { runs } from '#db/schema/runs'
import { workflowVersions } from '#db/schema/workflow-versions'
import { workflows } from '#db/schema/workflows'
import { readEnv } from '#server/env'
import type { House } from '#server/house'
import { testHouse } from '#server/testing/test-house'
import { examine } from './examine'
import type { Finding } from './finding'

/** What the doctor says about each thing that can be wrong; a problem always says how to mend it. */

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))))
let house: House
beforeEach(async () => {
  house = await testHouse()
})
afterEach(() => house.close())

async function ask(check: string, env = house.env): Promise<Finding> {
  const findings = await examine(env, root)
  for (const { state, mend } of findings) if (state === 'problem' || state === 'warning') expect(mend).toMatch(/\S.*\.$/)
  const found = findings.find((finding) => finding.check === check)
  if (!found) throw new Error(`the doctor did not look at ${check}: ${JSON.stringify(findings)}`)
  return found
}

/** Alive for longer than the slowest test takes. */
async function alive(row: Parameters<typeof registerProcess>[1]): Promise<void> {
  await registerProcess(house.db, row)
  await house.db.update(processes).set({ seenAt: new Date(Date.now() + 3_600_000) })
}
const worker = () => alive({ id: 'w1', kind: 'worker', pid: 4711, host: 'here' })

test('a house where nothing runs is well, and says so', async () => {
  const findings = await examine(house.env, root)
  expect(findings.filter(({ state }) => state === 'problem')).toEqual([])
  expect(findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'machine',
      'node',
      'duckdb',
      'onnxruntime',
      'data folder',
      'disk',
      'database',
      'clock',
      'tables',
      'queue',
      'gateway',
      'web',
      'artifacts',
    ]),
  )
  expect(findings.find(({ check }) => check === 'queue')).toMatchObject({ state: 'idle' })
})

test('a database that is stopped: the sentence, and what could not be looked at', async () => {
  const env = readEnv({ STAGELINE_HOME: house.env.home, DATABASE_URL: 'postgres://me@127.0.0.1:1/stageline' })
  expect(await ask('database', env)).toMatchObject({
    state: 'problem',
    text: expect.stringContaining('nothing listens there'),
    mend: expect.stringContaining('queue, gateway and artifacts could not be looked at'),
  })
})

test('work without a worker, work that waits too long, and work that moves', async () => {
  const graph = emptyGraph
  const [workflow] = await house.db.insert(workflows).values({ name: 'W' }).returning({ id: workflows.id })
  const workflowId = workflow?.id ?? ''
  const [version] = await house.db
    .insert(workflowVersions)
    .values({ workflowId, number: 1, hash: 'x', graph })
    .returning({ id: workflowVersions.id })
  const [run] = await house.db
    .insert(runs)
    .values({ workflowId, versionId: version?.id ?? '', number: 1, scope: { kind: 'all' }, revision: 1 })
    .returning({ id: runs.id })
  expect(await ask('queue')).toMatchObject({
    state: 'problem',
    text: 'no worker runs, but there is work: 1 open run, 0 open jobs, 0 waiting for somebody',
    mend: expect.stringContaining('npm run worker'),
  })
  await worker()
  expect(await ask('queue')).toMatchObject({ state: 'ok', text: '1 worker (here:4711), 1 open run, 0 open jobs, 0 waiting for somebody' })
  await house.db
    .update(runs)
    .set({ createdAt: new Date(Date.now() - 5 * 60_000) })
    .where(eq(runs.id, run?.id ?? ''))
  expect(await ask('queue')).toMatchObject({ state: 'warning', text: expect.stringContaining('has been queued for 5 minutes') })
  await house.db.update(runs).set({ status: 'waiting' })
  expect(await ask('queue')).toMatchObject({ state: 'ok', text: expect.stringContaining('0 open runs, 0 open jobs, 1 waiting') })
})

test('an upload that nobody makes a table of', async () => {
  const job = await house.db.transaction((tx) =>
    createJob(tx, { id: crypto.randomUUID(), kind: 'load-data-set', subject: 'x', input: {}, createdBy: null }),
  )
  expect(await ask('queue')).toMatchObject({ state: 'problem', text: expect.stringContaining('0 open runs, 1 open job') })
  await worker()
  await house.db
    .update(jobs)
    .set({ createdAt: new Date(Date.now() - 90_000) })
    .where(eq(jobs.id, job.id))
  expect(await ask('queue')).toMatchObject({ state: 'warning', text: expect.stringContaining('has been queued for 2 minutes') })
})

test('a gateway that is not there, and one that is there and does not answer', async () => {
  await worker()
  expect(await ask('gateway')).toMatchObject({
    state: 'problem',
    text: 'does not run, though other processes do',
    mend: expect.stringContaining('npm run gateway'),
  })
  await alive({ id: 'g1', kind: 'gateway', pid: 1, host: 'here', url: 'http://127.0.0.1:1' })
  expect(await ask('gateway')).toMatchObject({ state: 'problem', text: 'http://127.0.0.1:1 does not answer' })
  const server = http.createServer((request, response) => response.writeHead(request.url === '/api/health' ? 200 : 404).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const url = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`
  await alive({ id: 'web1', kind: 'web', pid: 2, host: 'here', url })
  expect(await ask('web')).toMatchObject({ state: 'ok', text: `answers at ${url}` })
  server.closeAllConnections()
  server.close()
})

test('artifacts that are missing, changed, or cut short', async () => {
  const kept = await Promise.all(
    ['one', 'two', 'three'].map(async (text) => ({ hash: await house.artifacts.write(text), bytes: text.length })),
  )
  await addArtifacts(house.db, kept)
  expect(await ask('artifacts')).toMatchObject({ state: 'ok', text: expect.stringContaining('3 looked at, all sound') })
  const [first, second, third] = await Promise.all(kept.map(({ hash }) => house.artifacts.path(hash)))
  for (const [file, text] of [
    [first, 'eno'],
    [second, 'tw'],
  ] as const) {
    chmodSync(file ?? '', 0o600)
    writeFileSync(file ?? '', text)
  }
  rmSync(third ?? '')
  expect(await ask('artifacts')).toMatchObject({
    state: 'problem',
    text: expect.stringMatching(/^3 of 3 looked at are not sound, for example [0-9a-f]{12} (is missing|has another size|was changed)$/),
    mend: expect.stringContaining('Restore the folder from a backup'),
  })
})

test('secrets that others can read', async () => {
  const secret = path.join(house.env.home, 'secret.key')
  writeFileSync(secret, 'x', { mode: 0o644 })
  chmodSync(secret, 0o644)
  expect(await ask('secrets')).toMatchObject({
    state: 'problem',
    text: `${secret} can be read by others`,
    mend: `Run \`chmod 600 ${secret}\`.`,
  })
})

test('a data folder that cannot be made', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-doctor-'))
  writeFileSync(path.join(folder, 'file'), '')
  const env = readEnv({ STAGELINE_HOME: path.join(folder, 'file', 'home'), DATABASE_URL: house.databaseUrl })
  expect(await ask('data folder', env)).toMatchObject({
    state: 'problem',
    text: expect.stringMatching(/^The data folder .* cannot be made \(a file is in the way\)/),
  })
  rmSync(folder, { recursive: true })
})

import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTemporaryHome } from '../testing/temporary-home'
import { readConnection } from './connection-file'
import { type EmbeddedPostgres, findRunningPostgres, launchPostgres } from './launch'

let home: string
let running: EmbeddedPostgres | undefined

beforeEach(() => {
  home = makeTemporaryHome('stageline-pg-')
})
afterEach(async () => {
  await running?.release()
  running = undefined
  rmSync(home, { recursive: true, force: true })
})

const settings = { fsync: 'off' }
const launch = async () => {
  running = await launchPostgres({ home, settings })
  return running
}
const postmaster = ({ dataDir }: EmbeddedPostgres) => Number(readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

async function untilDead(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
    if (stat === '' || stat.includes(') Z ')) return
    await sleep(20)
  }
  throw new Error(`process ${pid} lives on`)
}

test('creates, keeps its facts to itself, stops, starts again with the data', async () => {
  const created = await launch()
  expect(created.how).toBe('created')
  if (process.platform !== 'win32') expect(statSync(path.join(home, 'database.json')).mode & 0o777).toBe(0o600)
  await query(created.url, 'create table kept as select 42 as n')
  expect(await created.release()).toBe('stopped')
  expect(await findRunningPostgres(home)).toBeNull()

  const again = await launch()
  expect(again.how).toBe('started')
  expect(await query(again.url, 'select n from kept')).toEqual([{ n: 42 }])
  expect(await findRunningPostgres(home)).toBe(again.url)
})

test('a server whose postmaster was killed -9 comes up again, with what was committed', async () => {
  const first = await launchPostgres({ home })
  running = first
  await query(first.url, 'create table kept as select 7 as n')
  const pid = postmaster(first)
  process.kill(pid, 'SIGKILL')
  await untilDead(pid)
  const second = await launch()
  expect(second.how).toBe('started')
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('a pid file that names somebody else’s process is cleared', async () => {
  const first = await launch()
  await first.release()
  writeFileSync(
    path.join(first.dataDir, 'postmaster.pid'),
    `${process.pid}\n${first.dataDir}\n0\n${readConnection(home)?.port}\n\n127.0.0.1\n`,
  )
  expect((await launch()).how).toBe('started')
})

test('lost connection facts cost a new password, not the data', async () => {
  const first = await launch()
  await query(first.url, 'create table kept as select 1 as n')
  rmSync(path.join(home, 'database.json'))
  const second = await launch()
  expect(second.url).not.toBe(first.url)
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
})

test('a port that somebody took in the meantime is changed', async () => {
  const first = await launch()
  await first.release()
  const port = readConnection(home)?.port ?? 0
  const squatter = net.createServer().listen(port, '127.0.0.1')
  try {
    const second = await launch()
    expect(readConnection(home)?.port).not.toBe(port)
    expect(await query(second.url, 'select 1 as n')).toEqual([{ n: 1 }])
  } finally {
    squatter.close()
  }
})

test('two cold starts at once share one server; the last to leave stops it', async () => {
  const script = `
    import { launchPostgres } from '${new URL('./launch.ts', import.meta.url).href}'
    const postgres = await launchPostgres({ home: ${JSON.stringify(home)} })
    console.log(postgres.how)
    process.stdin.on('end', async () => { console.log(await postgres.release()); process.exit() }).resume()`
  const file = path.join(home, 'start.mts')
  writeFileSync(file, script)
  const starts = [1, 2].map(() => spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['pipe', 'pipe', 'inherit'] }))
  const said = starts.map(() => '')
  for (const [index, child] of starts.entries())
    child.stdout.on('data', (chunk: Buffer) => {
      said[index] += chunk.toString()
    })
  const until = async (fits: () => boolean) => {
    for (let tries = 0; tries < 1_000 && !fits(); tries += 1) await sleep(30)
  }
  await until(() => said.every((text) => text.includes('\n')))
  expect(said.map((text) => text.trim()).sort()).toEqual(['adopted', 'created'])
  starts[0]?.stdin.end()
  await until(() => said[0]?.includes('in use') === true)
  expect(await findRunningPostgres(home)).not.toBeNull()
  starts[1]?.stdin.end()
  await until(() => said[1]?.includes('stopped') === true)
  expect(said.map((text) => text.trim().split('\n').at(-1))).toEqual(['in use', 'stopped'])
  expect(await findRunningPostgres(home)).toBeNull()
})

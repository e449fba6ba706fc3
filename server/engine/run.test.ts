import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelRun } from '#db/queries/runs'
import { setSecret } from '#db/queries/secrets'
import { listStageLogs } from '#db/queries/stage-logs'
import type { House } from '#server/house'
import { secretKey } from '#server/secret-key'
import { seal } from '#server/secrets/seal'
import { testHouse } from '#server/testing/test-house'
import { forecast } from './forecast'
import { readRun } from './run-views'
import { type RunningEngine, startEngine } from './start-engine'
import { finished, graphOf, markFile, runGraph, saveGraph, stageEntry, stageOf, start, statusesOf, until } from './testing/engine-fixture'
import { testStages } from './testing/test-stages'

let house: House
let engine: RunningEngine

beforeAll(async () => {
  house = await testHouse()
  engine = await startEngine(house, {
    findSpec: testStages.findSpec,
    stageEntry,
    onLost: () => {
      throw new Error('lost the lease')
    },
  })
})

afterAll(async () => {
  await engine?.stop()
  await house?.close()
})

const diamond = (file: string) =>
  graphOf(
    [
      ['a', 'mark', { text: 'a', file }],
      ['b', 'mark', { text: 'b', file }],
      ['c', 'mark', { text: 'c', file }],
      ['d', 'mark', { text: 'd', file }],
    ],
    ['a.out -> b.a', 'a.out -> c.a', 'b.out -> d.a', 'c.out -> d.b'],
  )

test('a graph runs in order; values travel along the edges', async () => {
  const { file, marks } = markFile(house)
  const run = await runGraph(house, diamond(file))
  expect(statusesOf(run)).toEqual({ a: 'done', b: 'done', c: 'done', d: 'done' })
  expect(run.run.status).toBe('done')
  expect(stageOf(run, 'd').outputs).toEqual({ out: { kind: 'signal', message: 'a+b+a+c+d' } })
  expect(stageOf(run, 'd').figure).toEqual({ value: 1, label: 'letters' })
  expect(marks()[0]).toBe('a')
  expect(marks()[3]).toBe('d')
  const logs = await listStageLogs(house.db, { stageRunId: stageOf(run, 'a').id, limit: 10 })
  expect(logs.map((line) => line.text)).toEqual(['Started', 'marks a', expect.stringMatching(/^Done in /)])
})

test('an unchanged run executes nothing; a changed param runs what depends on it and nothing else', async () => {
  const { file, marks } = markFile(house)
  const graph = diamond(file)
  const workflowId = await saveGraph(house, graph)
  await finished(house, await start(house, workflowId))
  expect(marks()).toHaveLength(4)

  const again = await finished(house, await start(house, workflowId))
  expect(statusesOf(again)).toEqual({ a: 'cached', b: 'cached', c: 'cached', d: 'cached' })
  expect(again.run.status).toBe('cached')
  expect(stageOf(again, 'd').outputs).toEqual({ out: { kind: 'signal', message: 'a+b+a+c+d' } })
  expect(marks()).toHaveLength(4)

  const changed = await finished(house, await start(house, workflowId, { overrides: { 'c.text': 'C' } }))
  expect(statusesOf(changed)).toEqual({ a: 'cached', b: 'cached', c: 'done', d: 'done' })
  expect(marks().slice(4)).toEqual(['c', 'd'])
})

test('the forecast names exactly the stages that must work', async () => {
  const { file } = markFile(house)
  const graph = diamond(file)
  const workflowId = await saveGraph(house, graph)
  const { db, artifacts } = house
  const look = (g = graph, of: string | null = workflowId) =>
    forecast({ db, artifacts, findSpec: testStages.findSpec, graph: g, scope: { kind: 'all' }, workflowId: of, concurrency: 2 })
  const states = async (...args: Parameters<typeof look>) => Object.fromEntries((await look(...args)).stages.map((s) => [s.stage, s.state]))

  expect(await states()).toEqual({ a: 'run', b: 'unknown', c: 'unknown', d: 'unknown' })
  expect((await look()).words).toBe('4 stages')
  await finished(house, await start(house, workflowId))
  expect(await states()).toEqual({ a: 'cached', b: 'cached', c: 'cached', d: 'cached' })
  expect((await look()).words).toBe('4 stages, all cached')
  // Another workflow with the same work finds it, too.
  expect(await states(graph, null)).toEqual({ a: 'cached', b: 'cached', c: 'cached', d: 'cached' })

  const edited = { ...graph, stages: graph.stages.map((s) => (s.id === 'b' ? { ...s, params: { ...s.params, text: 'B' } } : s)) }
  expect(await states(edited)).toEqual({ a: 'cached', b: 'run', c: 'cached', d: 'unknown' })
  expect((await look(edited)).words).toMatch(/^4 stages, 2 cached, about \d+ s$/)
  // Moving, naming and noting change nothing.
  const moved = { ...graph, stages: graph.stages.map((s) => ({ ...s, title: `My ${s.id}`, position: { x: 1, y: 2 } })) }
  expect((await look(moved)).cached).toBe(4)
  expect((await look({ ...graph, seed: 7 })).cached).toBe(0)
})

test('a cached result whose artifact is gone is made again, with the same bytes', async () => {
  const { file, marks } = markFile(house)
  const graph = graphOf([['s', 'store', { file }]])
  const workflowId = await saveGraph(house, graph)
  const first = stageOf(await finished(house, await start(house, workflowId)), 's').outputs?.report
  if (first?.kind !== 'report') throw new Error('no report')
  rmSync(path.join(house.env.artifactsDir, first.artifact.slice(0, 2), first.artifact.slice(2)))
  const again = await finished(house, await start(house, workflowId))
  expect(statusesOf(again)).toEqual({ s: 'done' })
  expect(stageOf(again, 's').outputs?.report).toEqual(first)
  expect(marks()).toHaveLength(2)
})

test('what looks outside runs every time, unless only stale stages are asked for', async () => {
  const { file, marks } = markFile(house)
  const workflowId = await saveGraph(
    house,
    graphOf(
      [
        ['o', 'outside', { file, text: 'same' }],
        ['m', 'mark', { file }],
      ],
      ['o.out -> m.a'],
    ),
  )
  await finished(house, await start(house, workflowId))
  const second = await finished(house, await start(house, workflowId))
  expect(statusesOf(second)).toEqual({ o: 'done', m: 'cached' })
  const stale = await finished(house, await start(house, workflowId, { scope: { kind: 'stale' } }))
  expect(statusesOf(stale)).toEqual({ o: 'cached', m: 'cached' })
  expect(marks()).toEqual(['o', 'm', 'o'])
})

test('run to here and run from here take what they need', async () => {
  const { file, marks } = markFile(house)
  const workflowId = await saveGraph(house, diamond(file))
  const to = await finished(house, await start(house, workflowId, { scope: { kind: 'to', stage: 'b' } }))
  expect(statusesOf(to)).toEqual({ a: 'done', b: 'done' })
  const from = await finished(house, await start(house, workflowId, { scope: { kind: 'from', stage: 'b' } }))
  expect(statusesOf(from)).toEqual({ a: 'cached', b: 'done', c: 'done', d: 'done' })
  expect(marks().filter((id) => id === 'b')).toHaveLength(2)
})

test('a failure skips what needs it, with the cause, and lets the rest go on', async () => {
  const run = await runGraph(
    house,
    graphOf(
      [
        ['r', 'refuse'],
        ['b', 'bug'],
        ['ok', 'mark', { text: 'ok' }],
        ['below', 'need'],
        ['further', 'need'],
        ['beside', 'need'],
        ['empty', 'need'],
      ],
      ['r.out -> below.a', 'below.out -> further.a', 'ok.out -> beside.a', 'ok.never -> empty.a'],
    ),
  )
  expect(statusesOf(run)).toEqual({
    r: 'failed',
    b: 'failed',
    ok: 'done',
    below: 'skipped',
    further: 'skipped',
    beside: 'done',
    empty: 'skipped',
  })
  expect(stageOf(run, 'r').error).toEqual({ code: 'bad_input', message: 'Refuse does not like row 7.', hint: { row: 7 } })
  expect(stageOf(run, 'further').error?.message).toBe('Skipped, because Refuse failed.')
  expect(stageOf(run, 'empty').error?.message).toContain('Mark gave nothing at "never"')
  expect(stageOf(run, 'b').error?.message).toMatch(/^Something went wrong that we did not foresee. The log has it as [0-9a-f]{8}\.$/)
  expect(run.run.status).toBe('failed')
  expect(run.run.error?.message).toBe('Refuse does not like row 7.')
})

test('a stage process that is killed is tried again, with a pause; one that acts outside is not', async () => {
  const [twice, always, once] = [markFile(house), markFile(house), markFile(house)]
  const run = await runGraph(
    house,
    graphOf([
      ['twice', 'fragile', { file: twice.file, times: 2 }],
      ['always', 'fragile', { file: always.file, times: 99 }],
      ['once', 'once', { file: once.file, times: 1 }],
    ]),
  )
  expect(statusesOf(run)).toEqual({ twice: 'done', always: 'crashed', once: 'crashed' })
  expect(stageOf(run, 'twice')).toMatchObject({ attempt: 3, outputs: { out: { message: 'try 3' } } })
  expect(always.marks()).toEqual(['xxx'])
  expect(once.marks()).toEqual(['x'])
  expect(stageOf(run, 'always').error?.message).toContain('The process of Fragile ended unexpectedly (signal SIGKILL)')
})

test('a stage that computes without a pause is stopped at its limit', async () => {
  const run = await runGraph(house, graphOf([['s', 'spin']]))
  expect(statusesOf(run)).toEqual({ s: 'timed_out' })
  expect(stageOf(run, 's').error?.message).toContain('Spin took longer than its limit of 1 s and was stopped.')
})

test.each(['heap', 'buffers'])('a stage that fills its %s is stopped at its cap, and the worker lives', async (where) => {
  const run = await runGraph(house, graphOf([['h', 'hog', { where }]]))
  expect(statusesOf(run)).toEqual({ h: 'crashed' })
  expect(stageOf(run, 'h').error).toMatchObject({
    code: 'out_of_memory',
    message: expect.stringContaining('Hog needed more than its 320 MB'),
  })
})

test('wrong params and a missing secret are sentences at the stage', async () => {
  const workflowId = await saveGraph(house, graphOf([['s', 'secretive']]))
  const without = await finished(house, await start(house, workflowId))
  expect(stageOf(without, 's').error?.message).toBe('There is no secret named "pepper". An admin can add it under Settings, Secrets.')
  await setSecret(house.db, { name: 'pepper', value: seal('hot', secretKey(house.env)), createdBy: 'test' })
  const withIt = await finished(house, await start(house, workflowId))
  expect(stageOf(withIt, 's').outputs).toEqual({ out: { kind: 'signal', message: 'hot' } })

  await expect(start(house, workflowId, { overrides: { 's.salt': 1 } })).rejects.toThrow('s (Secretive) has no param "salt"')
  await expect(start(house, workflowId, { overrides: { 'x.salt': 1 } })).rejects.toThrow('There is no stage "x" for x.salt; there are s.')
  const wrong = await saveGraph(house, graphOf([['m', 'mark', { ms: 'soon' }]]))
  await expect(start(house, wrong)).rejects.toThrow('The workflow cannot run. m (Mark), ms: Invalid input: expected number')
})

test('a cancelled run ends at once, and so do its processes', async () => {
  const { file, marks } = markFile(house)
  const workflowId = await saveGraph(
    house,
    graphOf(
      [
        ['s', 'slow', { file }],
        ['n', 'need'],
      ],
      ['s.out -> n.a'],
    ),
  )
  const runId = await start(house, workflowId)
  await until(
    async () => marks(),
    (lines) => lines.length === 1,
  )
  const pid = Number(marks()[0]?.split(' ')[1])
  expect(isAlive(pid)).toBe(true)
  expect(await house.db.transaction((tx) => cancelRun(tx, runId))).toBe(true)
  const run = await readRun(house.db, runId)
  expect(run.run.status).toBe('cancelled')
  expect(statusesOf(run)).toEqual({ s: 'cancelled', n: 'cancelled' })
  await until(
    async () => isAlive(pid),
    (alive) => !alive,
    3_000,
  )
  expect(await house.db.transaction((tx) => cancelRun(tx, runId))).toBe(false)
  // The place is free again.
  expect((await runGraph(house, graphOf([['m', 'mark', { text: 'after' }]]))).run.status).toBe('done')
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

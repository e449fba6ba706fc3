import { beforeEach, expect, it } from 'vitest'
import { openLog } from '#server/log'
import { type HandClock, handClock } from '../../testing-clock'
import { ModelFailure } from '../model-failure'
import type { HostEvents, HostKind } from './host-link'
import type { HostBatch, ToHost } from './host-messages'
import { type ModelHost, openModelHost } from './model-host'

/** A host whose far end is the test: what it was told, and what it says. */
type Far = HostEvents & { kind: HostKind; told: ToHost[]; isClosed: boolean; isKilled: boolean }

let clock: HandClock
let far: Far[]
let host: ModelHost
let measured: [number, number][]
const batch = (rows: number): HostBatch => ({ rows, columns: { x: new Float32Array(rows) }, parts: [rows] })

beforeEach(() => {
  clock = handClock()
  far = []
  measured = []
  host = open()
})

function open(source = async () => ({ file: '/model.onnx', classes: null })) {
  return openModelHost({
    name: 'v3 of mail',
    kind: 'thread',
    source,
    warmUp: () => [batch(1), batch(1), batch(16)],
    onMeasured: (rows, ms) => measured.push([rows, ms]),
    openLink(kind, events) {
      const end: Far = { ...events, kind, told: [], isClosed: false, isKilled: false }
      far.push(end)
      return {
        send: (message) => void end.told.push(message),
        close: () => void Object.assign(end, { isClosed: true }),
        kill: () => void Object.assign(end, { isKilled: true }),
      }
    },
    clock,
    log: openLog('test', 'silent'),
  })
}

/** Answers what the newest host was asked last. */
async function answer(ms = 1) {
  const end = far.at(-1)
  const message = end?.told.at(-1)
  if (message?.kind === 'load') end?.onMessage({ kind: 'ready' })
  if (message?.kind === 'run')
    end?.onMessage({ kind: 'answers', id: message.id, labels: null, numbers: new Float32Array(message.rows), ms })
  await clock.pass(0)
}

/** Loads and warms the newest host. */
async function comeUp() {
  await clock.pass(0)
  for (let i = 0; i < 4; i++) await answer()
}

function watch(promise: Promise<unknown>) {
  const seen: { isDone: boolean; error?: ModelFailure } = { isDone: false }
  promise.then(
    () => Object.assign(seen, { isDone: true }),
    (error) => Object.assign(seen, { isDone: true, error }),
  )
  return seen
}

it('sleeps until it is asked for, loads, warms up, and measures all but the first run', async () => {
  expect(host.isAwake()).toBe(false)
  expect(far).toHaveLength(0)
  const ready = watch(host.ready())
  await comeUp()
  expect(ready).toEqual({ isDone: true })
  expect(far[0]?.told.map((message) => (message.kind === 'run' ? message.rows : message.kind))).toEqual(['load', 1, 1, 16])
  expect(measured).toEqual([
    [1, 1],
    [16, 1],
  ])
  expect(host.trouble()).toBeNull()
})

it('does not warm up with more rows than a slow model can bear', async () => {
  const ready = watch(host.ready())
  await clock.pass(0)
  await answer()
  await answer(200)
  await answer(200)
  expect(ready.isDone).toBe(true)
  expect(measured).toEqual([[1, 200]])
})

it('a crash fails the run in flight, and another host, in a process, takes its place at once', async () => {
  void host.ready()
  await comeUp()
  const run = watch(host.run(batch(2), 1_000))
  far[0]?.onGone('its thread ended')
  await clock.pass(0)
  expect(run.error).toMatchObject({ reason: 'error', message: expect.stringContaining('v3 of mail failed while it answered') })
  const ready = watch(host.ready())
  await comeUp()
  expect(far.map(({ kind }) => kind)).toEqual(['thread', 'process'])
  expect(ready).toEqual({ isDone: true })
  const again = watch(host.run(batch(2), 1_000))
  await answer()
  expect(again).toEqual({ isDone: true })
  // In trouble until it has been well for a minute.
  expect(host.trouble()).toMatchObject({ sentence: 'v3 of mail failed once: its thread ended.' })
  await clock.pass(61_000)
  expect(host.trouble()).toBeNull()
})

it('a run that never ends is a timeout; its host is killed and replaced', async () => {
  void host.ready()
  await comeUp()
  const run = watch(host.run(batch(2), 1_500))
  await clock.pass(1_499)
  expect(run.isDone).toBe(false)
  await clock.pass(2)
  expect(run.error).toMatchObject({ reason: 'timeout' })
  expect(far[0]?.isKilled).toBe(true)
  expect(far).toHaveLength(2)
  // Whatever the old one still says is nobody's answer.
  far[0]?.onMessage({ kind: 'answers', id: 4, labels: null, numbers: new Float32Array(2), ms: 9 })
  far[0]?.onGone('its thread ended')
  await comeUp()
  expect(host.isAwake()).toBe(true)
  expect(far).toHaveLength(2)
})

it('rests after three failures without an answer in between, longer each time, and forgets them with an answer', async () => {
  void host.ready()
  const crash = async () => {
    await comeUp()
    const run = watch(host.run(batch(1), 1_000))
    far.at(-1)?.onGone('its process ended (SIGSEGV)')
    await clock.pass(0)
    return run
  }
  await crash()
  await crash()
  await clock.pass(200)
  await crash()
  const refused = watch(host.ready())
  await clock.pass(0)
  expect(refused.error).toMatchObject({ reason: 'error', code: 'unavailable', hint: { retryAfterSeconds: 10 } })
  expect(refused.error?.message).toBe('v3 of mail failed 3 times in a row: its process ended (SIGSEGV). The next try is in 10 s.')
  expect(far).toHaveLength(3)
  await clock.pass(10_000)
  expect(far).toHaveLength(4)
  await crash()
  const later = watch(host.ready())
  await clock.pass(0)
  expect(later.error?.hint.retryAfterSeconds).toBe(20)
  await clock.pass(20_000)
  await comeUp()
  const run = watch(host.run(batch(1), 1_000))
  await answer()
  expect(run).toEqual({ isDone: true })
  await crash()
  // One failure again, not five: the next host is on its way.
  expect(far).toHaveLength(6)
  expect(watch(host.ready()).error).toBeUndefined()
})

it('a file that is not there, or that the runtime refuses, is not tried again at once', async () => {
  host = open(() => Promise.reject(new Error('The artifact is not in the store.')))
  const missing = watch(host.ready())
  await clock.pass(0)
  expect(missing.error?.message).toContain('The artifact is not in the store.')
  expect(far).toHaveLength(0)
  host = open()
  const refused = watch(host.ready())
  await clock.pass(0)
  far[0]?.onMessage({ kind: 'failed', id: null, message: 'protobuf parsing failed' })
  await clock.pass(0)
  expect(refused.error).toBeInstanceOf(ModelFailure)
  expect(refused.error?.message).toContain('protobuf parsing failed')
  expect(far[0]?.isKilled).toBe(true)
  expect(far).toHaveLength(1)
})

it('rows that the runtime refuses are no failure of the host', async () => {
  void host.ready()
  await comeUp()
  const run = watch(host.run(batch(1), 1_000))
  const message = far[0]?.told.at(-1)
  far[0]?.onMessage({ kind: 'failed', id: message?.kind === 'run' ? message.id : null, message: 'cast error' })
  await clock.pass(0)
  expect(run.error).not.toBeInstanceOf(ModelFailure)
  expect(run.error?.message).toBe('cast error')
  expect(host.trouble()).toBeNull()
})

it('goes to sleep, wakes up when it is asked again, and not at all when it is closed', async () => {
  void host.ready()
  await comeUp()
  host.sleep()
  expect(far[0]?.isClosed).toBe(true)
  far[0]?.onGone('its thread ended')
  expect(host.trouble()).toBeNull()
  const ready = watch(host.ready())
  await comeUp()
  expect(ready).toEqual({ isDone: true })
  expect(far.map(({ kind }) => kind)).toEqual(['thread', 'thread'])
  host.sleep()
  const waiting = watch(host.ready())
  await clock.pass(0)
  host.close()
  await clock.pass(0)
  expect(waiting.error).toMatchObject({ reason: 'error' })
  expect(far[2]?.isKilled).toBe(true)
  await expect(host.ready()).rejects.toMatchObject({ reason: 'error' })
})

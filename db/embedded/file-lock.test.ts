import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { tryLock, waitForLock } from './file-lock'
import { identify, isSameProcess } from './process-identity'

const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-lock-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const fresh = (name: string) => path.join(folder, name)
const held = (result: ReturnType<typeof tryLock>) => 'heldBy' in result

test('one holder at a time; released, it is free again', () => {
  const file = fresh('one.lock')
  const first = tryLock(file)
  expect(held(first)).toBe(false)
  expect(tryLock(file)).toEqual({ heldBy: identify(process.pid) })
  if ('release' in first) first.release()
  expect(existsSync(file)).toBe(false)
  expect(held(tryLock(file))).toBe(false)
})

test('a dead holder holds nothing', () => {
  const file = fresh('dead.lock')
  const { pid } = spawnSync(process.execPath, ['-e', '0'])
  writeFileSync(file, JSON.stringify({ pid, born: 'long ago' }))
  expect(held(tryLock(file))).toBe(false)
})

test('a living process with the number of a dead holder holds nothing', () => {
  const file = fresh('reused.lock')
  writeFileSync(file, JSON.stringify({ pid: process.pid, born: 'before the last restart' }))
  expect(isSameProcess({ pid: process.pid, born: 'before the last restart' })).toBe(process.platform === 'win32')
  expect(held(tryLock(file))).toBe(process.platform === 'win32')
})

test('a file that is still being written counts as held, an old torn one does not', () => {
  const file = fresh('torn.lock')
  writeFileSync(file, '')
  expect(held(tryLock(file))).toBe(true)
  const past = Date.now() / 1000 - 60
  utimesSync(file, past, past)
  expect(held(tryLock(file))).toBe(false)
})

test('waiting ends in the caller’s sentence', async () => {
  const file = fresh('wait.lock')
  const holder = tryLock(file)
  await expect(waitForLock(file, 120, ({ pid }) => new Error(`held by ${pid}`))).rejects.toThrow(`held by ${process.pid}`)
  setTimeout(() => 'release' in holder && holder.release(), 50)
  const lock = await waitForLock(file, 5_000, () => new Error('never'))
  lock.release()
})

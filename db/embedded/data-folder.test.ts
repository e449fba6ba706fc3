import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { canReach } from './account'
import { connectionFacts } from './connection-file'
import { checkFreeSpace, databaseFolder, makeHome } from './data-folder'

const folder = mkdtempSync(path.join(os.tmpdir(), 'stageline-home-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
chmodSync(folder, 0o755)
const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 }

test('a full disk is refused before anything is written', () => {
  expect(() => checkFreeSpace(folder, 1024)).not.toThrow()
  expect(() => checkFreeSpace(folder, Number.MAX_SAFE_INTEGER)).toThrow(
    /disk of .* is full \(\d+ MB free, .*Free some space, or set STAGELINE_HOME/,
  )
})

test('a home that cannot be made says why and what to set', () => {
  const file = path.join(folder, 'a-file')
  writeFileSync(file, '')
  expect(() => makeHome(path.join(file, 'home'))).toThrow(/cannot be made \(a file is in the way\)\. Set STAGELINE_HOME/)
})

test.skipIf(process.platform === 'win32')('the database lies inside the home unless its account cannot walk there', () => {
  const open = path.join(folder, 'open')
  const closed = path.join(folder, 'closed')
  mkdirSync(open, { mode: 0o755 })
  mkdirSync(path.join(closed, 'home'), { recursive: true })
  chmodSync(closed, 0o700)
  expect(canReach(path.join(open, 'not', 'yet'), stranger)).toBe(canReach(folder, stranger))
  expect(canReach(path.join(closed, 'home'), stranger)).toBe(false)
  expect(databaseFolder(path.join(closed, 'home'), null, null)).toBe(path.join(closed, 'home', 'postgres'))
  expect(databaseFolder(path.join(closed, 'home'), stranger, null)).toMatch(/^\/var\/lib\/stageline-[0-9a-f]{12}$/)
})

test('a data folder that was made elsewhere is found again by the connection facts', () => {
  const elsewhere = path.join(folder, 'elsewhere')
  mkdirSync(path.join(elsewhere, 'data'), { recursive: true })
  const facts = connectionFacts(5432, 'x', path.join(elsewhere, 'data'))
  expect(databaseFolder(path.join(folder, 'new-home'), null, facts)).toBe(elsewhere)
})

import { mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { launchPostgres } from '#db/embedded/launch'
import { migrateDatabase, migrationsHash } from '#db/migrate'

declare module 'vitest' {
  export interface ProvidedContext {
    testPostgres: { adminUrl: string; template: string }
  }
}

/** A database left behind by a killed test run is dropped after this. */
const leftoverMs = 60 * 60_000

/**
 * One real Postgres for all test runs of this user on this machine: the first run starts it, the last one to end stops
 * it. The migrated template database is made once per state of the migrations and kept.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = path.join(os.tmpdir(), `stageline-tests-${os.userInfo().username}`)
  mkdirSync(home, { recursive: true })
  // What a test writes need not survive a power cut.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const postgres = await launchPostgres({ home, settings })
  const template = `template_${migrationsHash()}`
  await makeTemplate(postgres.url, template)
  project.provide('testPostgres', { adminUrl: postgres.url, template })
  return async () => {
    await postgres.release()
  }
}

async function makeTemplate(adminUrl: string, template: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    await admin.query('select pg_advisory_lock(20)')
    const { rows } = await admin.query<{ datname: string }>(
      "select datname from pg_database where datname like 'test\\_%' or datname like 'template\\_%'",
    )
    for (const { datname } of rows) if (isLeftover(datname, template)) await admin.query(`drop database if exists ${datname} with (force)`)
    if (rows.some(({ datname }) => datname === template)) return
    // Migrated under a draft name: a template is complete or absent.
    const draft = `draft_${template}`
    await admin.query(`drop database if exists ${draft} with (force)`)
    await admin.query(`create database ${draft}`)
    const url = new URL(adminUrl)
    url.pathname = `/${draft}`
    await migrateDatabase(url.href)
    await admin.query(`alter database ${draft} rename to ${template}`)
  } finally {
    await admin.end()
  }
}

function isLeftover(name: string, template: string): boolean {
  if (!name.startsWith('test_')) return false
  const born = Number.parseInt(name.split('_')[1] ?? '', 36)
  return name !== template && Date.now() - born > leftoverMs
}

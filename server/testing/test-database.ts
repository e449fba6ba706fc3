import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase } from '#db/client'

export type TestDatabase = Database & { url: string }

/** A fresh, migrated database for one test file; `close()` drops it. */
export async function testDatabase(): Promise<TestDatabase> {
  const { adminUrl, template } = inject('testPostgres')
  // The time of birth stands in the name, so that a later run can tell what a killed one left behind.
  const name = `test_${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`
  await asAdmin(adminUrl, `create database ${name} template ${template}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  const database = openDatabase(url.href, { max: 10 })
  return {
    ...database,
    url: url.href,
    async close() {
      await database.close()
      await asAdmin(adminUrl, `drop database if exists ${name} with (force)`)
    },
  }
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    await admin.query(sql)
  } finally {
    await admin.end()
  }
}

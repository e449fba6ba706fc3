import { bigint, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { ErrorRecord } from '#core/errors/app-error'
import type { Column } from '#core/ports/columns'
import type { LoadReport } from '#core/reports/report'
import { at, id } from './columns'
import { dataSets } from './data-sets'
import { users } from './users'

/** One immutable upload: the file as it came, and the Parquet made of it by a worker. */
export const dataSetVersions = pgTable(
  'data_set_versions',
  {
    id: id(),
    dataSetId: uuid('data_set_id')
      .notNull()
      .references(() => dataSets.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    status: text('status', { enum: ['loading', 'ready', 'failed'] })
      .notNull()
      .default('loading'),
    fileName: text('file_name').notNull(),
    /** The file as it was uploaded. */
    source: text('source').notNull(),
    sourceBytes: bigint('source_bytes', { mode: 'number' }).notNull(),
    /** The table made of it, once ready. */
    artifact: text('artifact'),
    bytes: bigint('bytes', { mode: 'number' }),
    rows: bigint('rows', { mode: 'number' }),
    columns: jsonb('columns').$type<Column[]>(),
    stats: text('stats'),
    report: jsonb('report').$type<LoadReport>(),
    error: jsonb('error').$type<ErrorRecord>(),
    createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [unique('data_set_versions_number_key').on(t.dataSetId, t.number)],
)

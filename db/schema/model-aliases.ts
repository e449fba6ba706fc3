import { bigserial, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at } from './columns'
import { modelVersions } from './model-versions'
import { models } from './models'
import { users } from './users'

/** Append-only: the newest row of an alias says where it points; versionId null means it was taken away. */
export const modelAliases = pgTable(
  'model_aliases',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    modelId: uuid('model_id')
      .notNull()
      .references(() => models.id, { onDelete: 'cascade' }),
    alias: text('alias').notNull(),
    versionId: uuid('version_id').references(() => modelVersions.id),
    setBy: text('set_by').references(() => users.id, { onDelete: 'set null' }),
    reason: text('reason').notNull().default(''),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [index('model_aliases_alias_idx').on(t.modelId, t.alias, t.id)],
)

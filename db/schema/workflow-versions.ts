import { index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { Graph } from '#core/graph/graph'
import { at, id } from './columns'
import { users } from './users'
import { workflows } from './workflows'

/** One immutable save of a workflow, addressed by the hash of its graph. */
export const workflowVersions = pgTable(
  'workflow_versions',
  {
    id: id(),
    workflowId: uuid('workflow_id')
      .notNull()
      .references(() => workflows.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    hash: text('hash').notNull(),
    graph: jsonb('graph').$type<Graph>().notNull(),
    authorId: text('author_id').references(() => users.id, { onDelete: 'set null' }),
    /** What was done, in words, for the history. */
    summary: text('summary').notNull().default(''),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [unique('workflow_versions_number_key').on(t.workflowId, t.number), index('workflow_versions_author_id_idx').on(t.authorId)],
)

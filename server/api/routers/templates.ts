import { z } from 'zod'
import { graphSchema } from '#core/graph/graph'
import type { Template } from '#core/templates/template'
import { getTemplate, templates } from '#core/templates/templates'
import { router, viewerProcedure } from '#server/api/trpc'

const fieldSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  kind: z.enum(['data-set', 'column', 'text']),
  of: z.string().optional(),
  example: z.string(),
  default: z.string().optional(),
})

const templateSchema = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  fields: z.array(fieldSchema),
  /** What it looks like before any question is answered. */
  graph: graphSchema,
})

/** The gallery. `workflows.create` makes a workflow of a template. */
export const templatesRouter = router({
  list: viewerProcedure.output(z.array(templateSchema)).query(() => templates.map(view)),

  get: viewerProcedure
    .input(z.object({ name: z.string().max(80) }))
    .output(templateSchema)
    .query(({ input }) => view(getTemplate(input.name))),
})

function view({ name, title, summary, fields, build }: Template): z.output<typeof templateSchema> {
  const unanswered = Object.fromEntries(fields.map((field) => [field.name, field.default ?? '']))
  return { name, title, summary, fields: [...fields], graph: build(unanswered) }
}

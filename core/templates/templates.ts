import { AppError } from '#core/errors/app-error'
import { emptyGraph, type Graph } from '#core/graph/graph'
import { emailTriage } from './email-triage'
import type { Template } from './template'
import { ticketTriage } from './ticket-triage'

const blank: Template = {
  name: 'blank',
  title: 'Blank',
  summary: 'An empty canvas.',
  fields: [],
  build: () => emptyGraph,
}

/** Every template, in the order of the gallery. */
export const templates: readonly Template[] = [emailTriage, ticketTriage, blank]

/** One template by its name. */
export function getTemplate(name: string): Template {
  const template = templates.find((each) => each.name === name)
  if (template) return template
  throw new AppError('not_found', {
    detail: `There is no template called "${name}"; there are ${templates.map((each) => each.name).join(', ')}.`,
  })
}

/** The workflow that a template makes of these answers: its name and its graph. */
export function instantiateTemplate(name: string, answers: Record<string, string> = {}): { name: string; graph: Graph } {
  const template = getTemplate(name)
  const unknown = Object.keys(answers).find((answer) => !template.fields.some((field) => field.name === answer))
  if (unknown !== undefined) {
    const known = template.fields.map((field) => field.name)
    throw new AppError('bad_params', {
      detail: `The template ${name} does not ask for "${unknown}"; it asks for ${known.length === 0 ? 'nothing' : known.join(', ')}.`,
      hint: { param: unknown },
    })
  }
  const complete = Object.fromEntries(
    template.fields.map((field) => {
      const answer = answers[field.name]?.trim() || field.default
      if (answer !== undefined) return [field.name, answer]
      throw new AppError('bad_params', {
        detail: `The template ${name} needs "${field.name}": ${field.description} For example ${field.example}.`,
        hint: { param: field.name },
      })
    }),
  )
  return { name: name === 'blank' ? 'Untitled workflow' : template.title, graph: template.build(complete) }
}

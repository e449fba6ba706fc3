import type { Graph } from '#core/graph/graph'

/** One thing a template asks for before it makes a workflow. Answers are texts, as a form and a command line have them. */
export type TemplateField = {
  name: string
  title: string
  description: string
  /** `data-set`: id of an uploaded data set, or `id@version`. `column`: a column of the data set that the field `of` names. */
  kind: 'data-set' | 'column' | 'text'
  of?: string
  example: string
  /** Taken when there is no answer; a field without one must be answered. */
  default?: string
}

/** A finished workflow to start from. Pure data and one pure function: the gallery, the API and the command line read the same. */
export type Template = {
  name: string
  title: string
  /** What it makes, in one sentence. */
  summary: string
  fields: readonly TemplateField[]
  /** The graph for these answers; all fields are given, unanswered ones with their default or ''. */
  build(answers: Record<string, string>): Graph
}

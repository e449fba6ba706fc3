import type { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import type { Graph, GraphStage, WorkflowFile } from './graph'
import { workflowFileSchema } from './graph'

/**
 * The workflow file: JSON for people and for review in git (docs/workflow-format.md). Reading is strict, so that a slip
 * of the pen is a sentence and not a stage that does something else; writing keeps one stage and one edge a line.
 */

/** Reads a workflow file; `name` is what messages call it. */
export function readWorkflowFile(text: string, name: string): WorkflowFile {
  const wrong = (detail: string, param?: string) =>
    new AppError('bad_file', { detail: `${name}: ${detail}`, ...(param !== undefined && { hint: { param } }) })
  const raw = parseJson(text, wrong)
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw wrong('A workflow file holds one JSON object.')
  const format = 'format' in raw ? raw.format : undefined
  if (format !== 'stageline/1') {
    throw wrong(
      typeof format === 'string' && format.startsWith('stageline/')
        ? `The format "${format}" is newer than this Stageline, which reads "stageline/1". Update Stageline.`
        : 'It does not say "format": "stageline/1", so it is not a workflow file.',
      'format',
    )
  }
  const parsed = workflowFileSchema.strict().safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw wrong(issue ? issueWords(issue, raw) : 'It is not a workflow file.', issue?.path.join('.'))
}

/** The file of a graph. Positions are left out unless asked for: they only make differences noisy. */
export function writeWorkflowFile(
  { name, description, graph }: { name: string; description?: string; graph: Graph },
  { positions = false }: { positions?: boolean } = {},
): string {
  const lines = (items: readonly unknown[]) =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${spaced(item)}`).join(',\n')}\n  ]`
  const place = (at: GraphStage['position']) => (positions && at ? { position: { x: Math.round(at.x), y: Math.round(at.y) } } : {})
  const stages = graph.stages.map(({ id, type, version, title, params, note, position }) => ({
    id,
    type,
    ...(version !== undefined && { version }),
    ...(title !== undefined && { title }),
    params,
    ...(note !== undefined && { note }),
    ...place(position),
  }))
  const notes = graph.notes.map(({ position, ...note }) => ({ ...note, ...place(position) }))
  const members = [
    '"format": "stageline/1"',
    `"name": ${JSON.stringify(name)}`,
    ...(description ? [`"description": ${JSON.stringify(description)}`] : []),
    `"seed": ${graph.seed}`,
    `"stages": ${lines(stages)}`,
    `"edges": ${lines(graph.edges.map(({ from, to }) => ({ from, to })))}`,
    ...(notes.length > 0 ? [`"notes": ${lines(notes)}`] : []),
  ]
  return `{\n${members.map((member) => `  ${member}`).join(',\n')}\n}\n`
}

/** The graph of a file. */
export function graphOfFile({ stages, edges, notes, seed }: WorkflowFile): Graph {
  return { stages, edges, notes, seed }
}

function parseJson(text: string, wrong: (detail: string) => AppError): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    const at = /position (\d+)/.exec(reason)?.[1]
    const line = at === undefined ? '' : ` (line ${text.slice(0, Number(at)).split('\n').length})`
    throw wrong(`It is not JSON${line}: ${reason}.`)
  }
}

/** Names the stage by its id where it has one, and the param. */
function issueWords(issue: z.core.$ZodIssue, raw: object): string {
  const [member, index, ...rest] = issue.path
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `"${key}"`).join(', ') : null
  const reason = unknown ? `There is no ${unknown} here.` : `${issue.message.replace(/\.$/, '')}.`
  const list: unknown = member === undefined ? undefined : Object.entries(raw).find(([key]) => key === member)?.[1]
  const item: unknown = Array.isArray(list) && typeof index === 'number' ? list[index] : undefined
  const called = item !== null && typeof item === 'object' && 'id' in item && typeof item.id === 'string' ? `"${item.id}"` : undefined
  if (typeof index === 'number') {
    const what = String(member).replace(/s$/, '')
    return `${what} ${called ?? `number ${index + 1}`}${rest.length > 0 ? `, ${rest.join('.')}` : ''}: ${reason}`
  }
  return member === undefined ? reason : `${String(member)}: ${reason}`
}

/** JSON on one line with room to breathe: {"a": 1, "b": [2, 3]}. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`).join(', ')}}`
  }
  return JSON.stringify(value)
}

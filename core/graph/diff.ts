import { sameJson } from './canonical'
import { type Graph, type GraphEdge, type GraphStage, type Note, parsePortRef } from './graph'

/** What one stage is in two graphs. */
export type StageChange = {
  before: GraphStage
  after: GraphStage
  /** Params whose values differ; undefined means that the default holds. */
  params: { param: string; before: unknown; after: unknown }[]
  renamed: boolean
  retyped: boolean
  /** The note of the stage was changed. */
  annotated: boolean
}

export type GraphDiff = {
  added: GraphStage[]
  removed: GraphStage[]
  /** Stages of both that are not the same; where they lie does not count. */
  changed: StageChange[]
  moved: GraphStage[]
  edgesAdded: GraphEdge[]
  edgesRemoved: GraphEdge[]
  notesAdded: Note[]
  notesRemoved: Note[]
  notesChanged: Note[]
  seed: { before: number; after: number } | null
}

/** What turns `before` into `after`. */
export function diffGraphs(before: Graph, after: Graph): GraphDiff {
  const [was, is] = [new Map(before.stages.map((stage) => [stage.id, stage])), new Map(after.stages.map((stage) => [stage.id, stage]))]
  const both = after.stages.flatMap((stage) => {
    const old = was.get(stage.id)
    return old && old !== stage ? [{ old, stage }] : []
  })
  const edgeKey = (edge: GraphEdge) => `${edge.from} ${edge.to}`
  const [edgesWere, edgesAre] = [new Set(before.edges.map(edgeKey)), new Set(after.edges.map(edgeKey))]
  const [notesWere, notesAre] = [new Map(before.notes.map((note) => [note.id, note])), new Map(after.notes.map((note) => [note.id, note]))]
  return {
    added: after.stages.filter((stage) => !was.has(stage.id)),
    removed: before.stages.filter((stage) => !is.has(stage.id)),
    changed: both.map(({ old, stage }) => changeOf(old, stage)).filter((c) => c.renamed || c.retyped || c.annotated || c.params.length > 0),
    moved: both.filter(({ old, stage }) => !sameJson(old.position, stage.position)).map(({ stage }) => stage),
    edgesAdded: after.edges.filter((edge) => !edgesWere.has(edgeKey(edge))),
    edgesRemoved: before.edges.filter((edge) => !edgesAre.has(edgeKey(edge))),
    notesAdded: after.notes.filter((note) => !notesWere.has(note.id)),
    notesRemoved: before.notes.filter((note) => !notesAre.has(note.id)),
    notesChanged: after.notes.filter((note) => notesWere.has(note.id) && !sameJson(note, notesWere.get(note.id))),
    seed: before.seed === after.seed ? null : { before: before.seed, after: after.seed },
  }
}

/** Stages whose result may differ between the two graphs for their own sake: new, changed, or fed by something else. */
export function touchedStages(diff: GraphDiff): Set<string> {
  return new Set([
    ...diff.added.map((stage) => stage.id),
    ...diff.changed.filter((change) => change.retyped || change.params.length > 0).map((change) => change.after.id),
    ...[...diff.edgesAdded, ...diff.edgesRemoved].map((edge) => parsePortRef(edge.to).stage),
  ])
}

/** The diff in one line of words for the history; names at most three things. `nameOf` says what a stage is called, `labelOf` what a param is. */
export function describeDiff(
  diff: GraphDiff,
  nameOf: (stage: GraphStage) => string,
  labelOf: (stage: GraphStage, param: string) => string = (_, param) => param,
): string {
  const parts = [
    ...names('Added', diff.added.map(nameOf), 'stages'),
    ...names('Removed', diff.removed.map(nameOf), 'stages'),
    ...diff.changed.flatMap((change) => changeWords(change, nameOf, labelOf)),
    ...count(diff.added.length + diff.removed.length > 0 ? 0 : diff.edgesAdded.length, 'Joined', 'edge'),
    ...count(diff.added.length + diff.removed.length > 0 ? 0 : diff.edgesRemoved.length, 'Cut', 'edge'),
    ...count(diff.notesAdded.length, 'Added', 'note'),
    ...count(diff.notesRemoved.length, 'Removed', 'note'),
    ...count(diff.notesChanged.length, 'Changed', 'note'),
    ...(diff.seed ? [`Seed ${diff.seed.before} to ${diff.seed.after}`] : []),
    ...count(diff.moved.length, 'Moved', 'stage'),
  ]
  if (parts.length === 0) return 'No change'
  const shown = parts.slice(0, 3).join('; ')
  return parts.length > 3 ? `${shown} and ${parts.length - 3} more` : shown
}

function changeOf(before: GraphStage, after: GraphStage): StageChange {
  const params = [...new Set([...Object.keys(before.params), ...Object.keys(after.params)])]
  return {
    before,
    after,
    params: params
      .filter((param) => !sameJson(before.params[param], after.params[param]))
      .map((param) => ({ param, before: before.params[param], after: after.params[param] })),
    renamed: before.title !== after.title,
    retyped: before.type !== after.type,
    annotated: before.note !== after.note,
  }
}

function changeWords(
  change: StageChange,
  nameOf: (stage: GraphStage) => string,
  labelOf: (stage: GraphStage, param: string) => string,
): string[] {
  const name = nameOf(change.after)
  return [
    ...(change.renamed && !change.retyped ? [`Renamed ${nameOf(change.before)} to ${name}`] : []),
    ...(change.annotated ? [`Wrote about ${name}`] : []),
    ...(change.retyped ? [`Replaced ${nameOf(change.before)} by ${name}`] : []),
    ...change.params.map(
      ({ param, before, after }) => `${name}, ${labelOf(change.after, param)}: ${valueWords(before)} to ${valueWords(after)}`,
    ),
  ]
}

/** A param value short enough for a line. */
export function valueWords(value: unknown): string {
  if (value === undefined) return 'default'
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 6 })
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every((v) => typeof v === 'string')
        ? value.join(', ')
        : JSON.stringify(value)
  if (text === '') return 'empty'
  return text.length > 32 ? `${text.slice(0, 31)}…` : text
}

function names(verb: string, list: readonly string[], plural: string): string[] {
  if (list.length === 0) return []
  return [list.length <= 3 ? `${verb} ${list.join(', ')}` : `${verb} ${list.length} ${plural}`]
}

function count(n: number, verb: string, noun: string): string[] {
  return n === 0 ? [] : [`${verb} ${n === 1 ? `1 ${noun}` : `${n} ${noun}s`}`]
}

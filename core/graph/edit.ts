import { type Graph, type GraphEdge, type GraphStage, type Note, parsePortRef } from './graph'

/**
 * Edits of a graph: pure, each gives a new graph, or the very same one when nothing changes. An input holds one edge
 * at most, so that connecting to a taken input replaces what was there.
 */

export type Position = { x: number; y: number }

/** A readable id that is not taken: `split`, `split-2`, `split-3` … */
export function freshId(taken: { has(id: string): boolean }, wanted: string): string {
  const base =
    wanted
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^[^a-z]+|-+$/g, '')
      .slice(0, 34) || 'stage'
  if (!taken.has(base)) return base
  const stem = base.replace(/-\d+$/, '')
  for (let n = 2; ; n++) if (!taken.has(`${stem}-${n}`)) return `${stem}-${n}`
}

/** The ids that stages of a graph have. */
export function stageIds(graph: Graph): Set<string> {
  return new Set(graph.stages.map((stage) => stage.id))
}

/** Adds a stage; its id must be free. */
export function addStage(graph: Graph, stage: GraphStage): Graph {
  return { ...graph, stages: [...graph.stages, stage] }
}

/** Joins output `from` with input `to`; whatever fed that input gives way. */
export function connect(graph: Graph, from: string, to: string): Graph {
  if (graph.edges.some((edge) => edge.from === from && edge.to === to)) return graph
  return { ...graph, edges: [...graph.edges.filter((edge) => edge.to !== to), { from, to }] }
}

/** Changes what `change` says of one stage. */
export function updateStage(graph: Graph, id: string, change: (stage: GraphStage) => GraphStage): Graph {
  return mapStages(graph, (stage) => (stage.id === id ? change(stage) : stage))
}

/** Sets one param; undefined takes it away, so that the default holds again. */
export function setParam(graph: Graph, id: string, param: string, value: unknown): Graph {
  return updateStage(graph, id, (stage) => {
    const { [param]: before, ...rest } = stage.params
    if (before === value) return stage
    return { ...stage, params: value === undefined ? rest : { ...stage.params, [param]: value } }
  })
}

/** Names a stage; an empty name gives it the name of its type again. */
export function renameStage(graph: Graph, id: string, title: string): Graph {
  return updateStage(graph, id, (stage) => {
    const { title: before, ...rest } = stage
    const next = title.trim().slice(0, 80)
    if (next === (before ?? '')) return stage
    return next === '' ? rest : { ...rest, title: next }
  })
}

/** Writes down what people want to know about a stage; without words there is no note. */
export function annotateStage(graph: Graph, id: string, words: string): Graph {
  return updateStage(graph, id, (stage) => {
    const { note: before, ...rest } = stage
    if (words === (before ?? '')) return stage
    return words === '' ? rest : { ...rest, note: words }
  })
}

/** Puts stages, and notes, where the maps say, by id. */
export function place(graph: Graph, stages: ReadonlyMap<string, Position>, notes: ReadonlyMap<string, Position> = new Map()): Graph {
  const put =
    (positions: ReadonlyMap<string, Position>) =>
    <T extends { id: string; position?: Position | undefined }>(part: T): T => {
      const to = positions.get(part.id)
      return to && (to.x !== part.position?.x || to.y !== part.position.y) ? { ...part, position: { x: to.x, y: to.y } } : part
    }
  const moved = mapStages(graph, put(stages))
  const placed = moved.notes.map(put(notes))
  return placed.every((note, i) => note === moved.notes[i]) ? moved : { ...moved, notes: placed }
}

/** Adds a note, or replaces the one of the same id. */
export function putNote(graph: Graph, note: Note): Graph {
  const known = graph.notes.some((other) => other.id === note.id)
  return { ...graph, notes: known ? graph.notes.map((other) => (other.id === note.id ? note : other)) : [...graph.notes, note] }
}

/** What to take away; edges are the `to` ends of edges, which name them. */
export type Parts = { stages?: Iterable<string>; notes?: Iterable<string>; edges?: Iterable<string> }

/** Takes stages (with their edges), notes and edges away. */
export function remove(graph: Graph, parts: Parts): Graph {
  const [stages, notes, edges] = [new Set(parts.stages), new Set(parts.notes), new Set(parts.edges)]
  const next: Graph = {
    ...graph,
    stages: graph.stages.filter((stage) => !stages.has(stage.id)),
    notes: graph.notes.filter((note) => !notes.has(note.id)),
    edges: graph.edges.filter((edge) => !edges.has(edge.to) && !touches(edge, stages)),
  }
  const same =
    next.stages.length === graph.stages.length && next.notes.length === graph.notes.length && next.edges.length === graph.edges.length
  return same ? graph : next
}

function touches(edge: GraphEdge, stages: ReadonlySet<string>): boolean {
  return stages.has(parsePortRef(edge.from).stage) || stages.has(parsePortRef(edge.to).stage)
}

function mapStages(graph: Graph, change: (stage: GraphStage) => GraphStage): Graph {
  const stages = graph.stages.map(change)
  return stages.every((stage, i) => stage === graph.stages[i]) ? graph : { ...graph, stages }
}

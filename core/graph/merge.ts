import { sameJson } from './canonical'
import { freshId } from './edit'
import { type Graph, type GraphEdge, type GraphStage, type Note, parsePortRef } from './graph'
import { wouldLoop } from './reach'

/**
 * Three-way merge of two edits of the same graph. A stage's params, title and type are merged one by one, an input's
 * edge by what feeds it, a note as a whole. Where both sides changed the same thing to different values there is a
 * conflict, and `prefer` says whose value the merged graph takes. Where both only moved a stage, mine stays: no conflict.
 */

export type Side = 'mine' | 'theirs'

export type Conflict = {
  what: 'param' | 'title' | 'type' | 'words' | 'input' | 'stage' | 'note' | 'seed'
  /** The stage or note. Empty for the seed. */
  id: string
  /** The param, or the input port. Empty when the whole stage or note is meant. */
  param: string
  /** Values; for an input, the port that feeds it. Undefined means absent or removed. */
  base: unknown
  mine: unknown
  theirs: unknown
}

export type Merge = { graph: Graph; conflicts: Conflict[] }

/** What a refused save says: who saved what in between, and where both edits clash. */
export type SaveConflict = { number: number; by: string; at: string; summary: string; graph: Graph; conflicts: Conflict[] }

type Decide = (conflict: Conflict) => unknown

/** Merges `mine` and `theirs`, both made from `base`. Without conflicts the graph holds both edits whole. */
export function mergeGraphs(base: Graph, mine: Graph, theirs: Graph, prefer: (conflict: Conflict) => Side = () => 'mine'): Merge {
  const conflicts: Conflict[] = []
  const decide: Decide = (conflict) => {
    conflicts.push(conflict)
    return prefer(conflict) === 'mine' ? conflict.mine : conflict.theirs
  }
  const own = withFreshIds(base, mine, theirs)
  const stages = mergeStages(base, own, theirs, decide)
  const edges = mergeEdges(base, own, theirs, new Set(stages.map((stage) => stage.id)), decide)
  const notes = mergeNotes(base.notes, own.notes, theirs.notes, decide)
  const seed = pick(base.seed, own.seed, theirs.seed, { what: 'seed', id: '', param: '' }, decide)
  return { graph: { stages, edges, notes, seed: typeof seed === 'number' ? seed : own.seed }, conflicts }
}

/** Two people who add a stage at the same time both get `split`: mine takes another id, unless it is the very same stage. */
function withFreshIds(base: Graph, mine: Graph, theirs: Graph): Graph {
  const known = new Set(base.stages.map((stage) => stage.id))
  const added = new Map(theirs.stages.filter((stage) => !known.has(stage.id)).map((stage) => [stage.id, stage]))
  const taken = new Set([...theirs.stages, ...mine.stages].map((stage) => stage.id))
  const renamed = new Map<string, string>()
  for (const stage of mine.stages) {
    const other = added.get(stage.id)
    if (!other || sameJson(stage, other)) continue
    const id = freshId(taken, stage.id)
    taken.add(id)
    renamed.set(stage.id, id)
  }
  if (renamed.size === 0) return mine
  const ref = (old: string) => {
    const { stage, port } = parsePortRef(old)
    return `${renamed.get(stage) ?? stage}.${port}`
  }
  return {
    ...mine,
    stages: mine.stages.map((stage) => ({ ...stage, id: renamed.get(stage.id) ?? stage.id })),
    edges: mine.edges.map((edge) => ({ from: ref(edge.from), to: ref(edge.to) })),
  }
}

function mergeStages(base: Graph, mine: Graph, theirs: Graph, decide: Decide): GraphStage[] {
  const [was, own, other] = [byId(base.stages), byId(mine.stages), byId(theirs.stages)]
  return inBoth(theirs.stages, mine.stages).flatMap((id) => {
    const [b, m, t] = [was.get(id), own.get(id), other.get(id)]
    if (m && t) return [mergeStage(b, m, t, decide)]
    const left = m ?? t
    if (!left) return []
    if (!b) return [left]
    const changed = !sameJson(substance(left, m ? mine.edges : theirs.edges), substance(b, base.edges))
    if (!changed) return []
    const kept = decide({ what: 'stage', id, param: '', base: b, mine: m, theirs: t })
    return kept === undefined ? [] : [left]
  })
}

/** What counts as a change of a stage that the other side removed: not where it lies, but what it does and what feeds it. */
function substance({ position: _, ...stage }: GraphStage, edges: readonly GraphEdge[]) {
  const joined = edges.filter((edge) => parsePortRef(edge.to).stage === stage.id).map((edge) => `${edge.from} ${edge.to}`)
  return { ...stage, joined: joined.sort() }
}

function mergeStage(base: GraphStage | undefined, mine: GraphStage, theirs: GraphStage, decide: Decide): GraphStage {
  if (sameJson(mine, theirs)) return theirs
  const at = (what: Conflict['what'], param = '') => ({ what, id: mine.id, param })
  const type = pick(base?.type, mine.type, theirs.type, at('type'), decide)
  const title = pick(base?.title, mine.title, theirs.title, at('title'), decide)
  const note = pick(base?.note, mine.note, theirs.note, at('words'), decide)
  const params: Record<string, unknown> = {}
  for (const param of inBoth(keyed(theirs.params), keyed(mine.params))) {
    const value = pick(base?.params[param], mine.params[param], theirs.params[param], at('param', param), decide)
    if (value !== undefined) params[param] = value
  }
  // Params are written for a version of the type; whoever opened the stage with the newer product migrated them.
  const version = Math.max(mine.version ?? 1, theirs.version ?? 1)
  const moved = !sameJson(base?.position, mine.position)
  const position = moved ? mine.position : theirs.position
  return {
    id: mine.id,
    type: typeof type === 'string' ? type : mine.type,
    ...((mine.version ?? theirs.version) !== undefined && { version }),
    ...(typeof title === 'string' && { title }),
    params,
    ...(typeof note === 'string' && { note }),
    ...(position && { position }),
  }
}

/** An input has one edge, so edges are merged as a map from input to what feeds it. */
function mergeEdges(base: Graph, mine: Graph, theirs: Graph, stages: ReadonlySet<string>, decide: Decide): GraphEdge[] {
  const feeds = (graph: Graph) => new Map(graph.edges.map((edge) => [edge.to, edge.from]))
  const [was, own, other] = [feeds(base), feeds(mine), feeds(theirs)]
  const lives = (ref: string) => stages.has(parsePortRef(ref).stage)
  const [ownStages, otherStages] = [byId(mine.stages), byId(theirs.stages)]
  // An edge that one side lost only because it removed a stage that the merged graph keeps comes back with the stage.
  const lost = (known: ReadonlyMap<string, GraphStage>, edge: string | undefined, to: string) =>
    edge !== undefined && !(known.has(parsePortRef(edge).stage) && known.has(parsePortRef(to).stage))
  const merged: GraphEdge[] = []
  for (const to of new Set([...other.keys(), ...own.keys()])) {
    const port = parsePortRef(to)
    const at = { what: 'input', id: port.stage, param: port.port } as const
    const from = lost(ownStages, other.get(to), to)
      ? other.get(to)
      : lost(otherStages, own.get(to), to)
        ? own.get(to)
        : pick(was.get(to), own.get(to), other.get(to), at, decide)
    if (typeof from !== 'string' || !lives(from) || !lives(to)) continue
    // Each side is free of loops, both together need not be: then the edge that closes the loop is the conflict.
    if (wouldLoop(merged, parsePortRef(from).stage, port.stage))
      decide({ ...at, base: was.get(to), mine: own.get(to), theirs: other.get(to) })
    else merged.push({ from, to })
  }
  return merged
}

function mergeNotes(base: readonly Note[], mine: readonly Note[], theirs: readonly Note[], decide: Decide): Note[] {
  const [was, own, other] = [byId(base), byId(mine), byId(theirs)]
  return inBoth(theirs, mine).flatMap((id) => {
    const note = pick(was.get(id), own.get(id), other.get(id), { what: 'note', id, param: '' }, decide)
    return note === undefined ? [] : [note]
  })
}

/** The heart of it: whoever changed it wins; both to different values is a conflict. */
function pick<T>(base: T, mine: T, theirs: T, at: Pick<Conflict, 'what' | 'id' | 'param'>, decide: Decide): T {
  if (sameJson(mine, theirs)) return theirs
  if (sameJson(mine, base)) return theirs
  if (sameJson(theirs, base)) return mine
  return decide({ ...at, base, mine, theirs }) === mine ? mine : theirs
}

function byId<T extends { id: string }>(parts: readonly T[]): Map<string, T> {
  return new Map(parts.map((part) => [part.id, part]))
}

function keyed(params: Record<string, unknown>): { id: string }[] {
  return Object.keys(params).map((id) => ({ id }))
}

/** Ids of both lists, theirs in their order, then what only mine has. */
function inBoth(theirs: readonly { id: string }[], mine: readonly { id: string }[]): string[] {
  return [...new Set([...theirs, ...mine].map((part) => part.id))]
}

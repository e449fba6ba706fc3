import type { ELK } from 'elkjs/lib/elk-api.js'
import { type Position, place } from '#core/graph/edit'
import { placeStages } from '#core/graph/layers'
import { closeStep, openStep } from '../actions/edit-graph.ts'
import { type CanvasStore, chosenParts } from '../store.ts'
import { fromElk, toElk } from './elk-graph.ts'

const moveMs = 320

/** The layout engine lives in a worker that is started at the first use and kept. */
let engine: Promise<ELK> | undefined

function startEngine(): Promise<ELK> {
  engine ??= import('elkjs/lib/elk-api.js').then(
    ({ default: Elk }) => new Elk({ workerFactory: () => new Worker(new URL('./elk.worker.ts', import.meta.url), { type: 'module' }) }),
  )
  return engine
}

/**
 * Lays out the selected stages, or all when fewer than two are selected, and moves them there: animated, and one step
 * of the history. Gives the milliseconds that the layout took.
 */
export async function tidyUp(store: CanvasStore): Promise<number> {
  const { graph, selected, locked } = store.getState()
  if (locked !== null || graph.stages.length === 0) return 0
  const chosen = chosenParts(selected).stages
  const isWhole = chosen.size < 2
  const part = isWhole ? graph : { ...graph, stages: graph.stages.filter(({ id }) => chosen.has(id)) }
  const before = placeStages(graph)
  const corners = part.stages.map(({ id }) => before.get(id) ?? { x: 0, y: 0 })
  const corner = { x: Math.min(...corners.map(({ x }) => x)), y: Math.min(...corners.map(({ y }) => y)) }
  const started = performance.now()
  const elk = await startEngine()
  const laid = await elk.layout(toElk(part))
  const ms = performance.now() - started
  await moveTo(store, before, fromElk(laid, corner))
  return ms
}

async function moveTo(store: CanvasStore, before: ReadonlyMap<string, Position>, after: ReadonlyMap<string, Position>): Promise<void> {
  const start = openStep(store)
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  const began = performance.now()
  const put = (share: number) => {
    const eased = 1 - (1 - share) ** 3
    const between = new Map<string, Position>()
    for (const [id, to] of after) {
      const from = before.get(id) ?? to
      between.set(id, share === 1 ? to : { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased })
    }
    store.setState(({ graph }) => ({ graph: place(graph, between) }))
  }
  for (let share = 0; !isStill && share < 1; share = (performance.now() - began) / moveMs) {
    put(Math.max(0, share))
    // A hidden tab gets no frames: the step must end all the same.
    await new Promise<void>((resolve) => {
      const done = () => resolve()
      requestAnimationFrame(done)
      setTimeout(done, 50)
    })
  }
  put(1)
  closeStep(store, start)
}

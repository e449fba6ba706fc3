import { rmSync } from 'node:fs'
import type { Graph } from '#core/graph/graph'
import { isGood } from '#core/runs/status'
import { launchPostgres } from '#db/embedded/launch'
import { migrateDatabase } from '#db/migrate'
import { makeTemporaryHome } from '#db/testing/temporary-home'
import { startEngine } from '#server/engine/start-engine'
import { finished, graphOf, saveGraph, stageEntry, start } from '#server/engine/testing/engine-fixture'
import { testStages } from '#server/engine/testing/test-stages'
import { readEnv } from '#server/env'
import { type House, openHouse } from '#server/house'
import type { BenchResult, Figure } from './bench'

/**
 * Engine overhead: 50 stages that do nothing, as one long chain (each waits for the one before: the worst case), as five
 * layers of ten, and again with everything cached. The bar is 60 ms a stage, the goal 40.
 */
const stages = 50
const rounds = 5
const barMs = 60

type Shape = { name: string; edges: (id: number) => string[] }
const shapes: Shape[] = [
  { name: 'chain', edges: (id) => (id === 0 ? [] : [`s${id - 1}.out -> s${id}.a`]) },
  { name: 'layers', edges: (id) => (id < 10 ? [] : [`s${id - 10}.out -> s${id}.a`]) },
]

/** Measures the engine on a database of its own. */
export async function run(): Promise<BenchResult> {
  const home = makeTemporaryHome('stageline-bench-')
  const postgres = await launchPostgres({ home })
  await migrateDatabase(postgres.url)
  const env = readEnv({ STAGELINE_HOME: home, DATABASE_URL: postgres.url, STAGELINE_LOG_LEVEL: 'silent' })
  const house = openHouse('cli', postgres.url, env)
  const onLost = () => {
    throw new Error('the lease was lost: this machine is too busy to measure')
  }
  const engine = await startEngine(house, { findSpec: testStages.findSpec, stageEntry, onLost })
  try {
    const figures: Figure[] = []
    for (const { name, edges } of shapes) {
      const fresh = await measure(house, (round) => saveGraph(house, graphOfShape(edges, round)))
      figures.push({ name: `${name} of ${stages}, per stage`, value: fresh, unit: 'ms', bar: `at most ${barMs}` })
      // The same work again: only keys are made and looked up.
      const cached = await measure(house, () => saveGraph(house, graphOfShape(edges, 0)))
      figures.push({ name: `${name} of ${stages}, cached, per stage`, value: cached, unit: 'ms', bar: `at most ${barMs}` })
    }
    const missed = figures.filter(({ value }) => value > barMs).map(({ name, value }) => `${name}: ${value} ms`)
    return { what: `Engine overhead: ${stages} stages that do nothing, median of ${rounds} runs, two stage processes.`, figures, missed }
  } finally {
    await engine.stop()
    await house.close()
    await postgres.release()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Milliseconds per stage from the order to run until the end is written; the first round only warms up. */
async function measure(house: House, workflow: (round: number) => Promise<string>): Promise<number> {
  const taken: number[] = []
  for (let round = -1; round < rounds; round++) {
    const workflowId = await workflow(round)
    const began = performance.now()
    const { run: ended } = await finished(house, await start(house, workflowId))
    if (!isGood(ended.status)) throw new Error(`the run ended as ${ended.status}`)
    if (round >= 0) taken.push((performance.now() - began) / stages)
  }
  const middle = taken.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN
  return Math.round(middle * 10) / 10
}

/** Each round has its own seed, so that nothing of it is cached. */
function graphOfShape(edges: Shape['edges'], round: number): Graph {
  const ids = Array.from({ length: stages }, (_, i) => i)
  return {
    ...graphOf(
      ids.map((i): [string, string] => [`s${i}`, 'mark']),
      ids.flatMap(edges),
    ),
    seed: round + 1,
  }
}

import type { Outputs } from '#core/runs/views'

/** All that a worker needs to run one stage of a run: the argument of its durable workflow. Small, because data stays in artifacts. */
export type StageOrder = {
  runId: string
  stageId: string
  workflow: string
  title: string
  type: string
  params: Record<string, unknown>
  /** The version of the stage type that the params are for. */
  version: number
  inputs: Outputs
  seed: number
  /** Null when the params are wrong: the stage then fails with a sentence, and nothing is cached. */
  key: string | null
  /** Data set -> version that the key was made with. */
  versions: Record<string, number>
}

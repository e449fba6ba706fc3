import type { StageRun, StageSpec, TrialRun } from '#stages/define'
import { runs } from '#stages/runs'
import { findSpec } from '#stages/specs'
import { trials } from '#stages/trials'
import { serveStages } from './serve-stages'

const byType: ReadonlyMap<string, unknown> = new Map(Object.entries(runs))
const trialsByType: ReadonlyMap<string, unknown> = new Map(Object.entries(trials))

serveStages({
  findSpec,
  // The list ties each run to its spec; TypeScript cannot follow that through a string.
  findRun: (type) => byType.get(type) as StageRun<StageSpec> | undefined,
  // The same of trials.
  findTrial: (type) => trialsByType.get(type) as TrialRun<StageSpec> | undefined,
})

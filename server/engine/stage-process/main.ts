import type { StageRun, StageSpec } from '#stages/define'
import { runs } from '#stages/runs'
import { findSpec } from '#stages/specs'
import { serveStages } from './serve-stages'

const byType: ReadonlyMap<string, unknown> = new Map(Object.entries(runs))

serveStages({
  findSpec,
  // The list ties each run to its spec; TypeScript cannot follow that through a string.
  findRun: (type) => byType.get(type) as StageRun<StageSpec> | undefined,
})

import type { z } from 'zod'
import type { StageSpec, Values } from './define'
import type { TestStageContext, TestStageOptions } from './testing'

/** One small run of a stage. `inputs` are made anew for each run. */
export type StageCase<S extends StageSpec> = {
  params: z.input<S['params']>
  inputs(ctx: TestStageContext): Promise<Values<S['inputs']>>
  /** Secrets, answers of the worker, settings. */
  options?: TestStageOptions
}

/**
 * What each stage folder exports as `cases` from fixtures/cases.ts. The conformance suite runs `works` more than once (same
 * seed, same bytes; abort; inputs unchanged) and expects `wrong` to end in an AppError whose hint names that param or column.
 */
export type StageCases<S extends StageSpec> = {
  works: StageCase<S>
  /** Null for a stage that has nothing that could be wrong. */
  wrong: (StageCase<S> & { names: { param: string } | { column: string } | { port: string } | { code: string } }) | null
}

/** Types the cases of one stage; the spec only says which. */
export const defineCases = <S extends StageSpec>(_spec: S, cases: StageCases<S>): StageCases<S> => cases

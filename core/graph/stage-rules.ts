import type { z } from 'zod'
import { AppError } from '#core/errors/app-error'
import type { Task } from '#core/estimators/define'
import type { Column } from '#core/ports/columns'
import type { GraphStage } from './graph'
import type { StageShape } from './shapes'

type KnownColumns = Record<string, readonly Column[] | undefined>
/** What the models on model inputs answer; undefined where nobody knows before a run. */
export type KnownTasks = Record<string, Task | undefined>

/** What graph checks, keys and column pickers need of a stage type. Every stage spec fits it; core never imports specs. */
export type StageRules = StageShape & {
  type: string
  version: number
  params: z.ZodObject
  columns?(params: Record<string, unknown>, inputs: KnownColumns, models: KnownTasks): KnownColumns
  check?(params: Record<string, unknown>, inputs: KnownColumns): { param: string; message: string }[]
  migrate?(params: Record<string, unknown>, fromVersion: number): Record<string, unknown>
}

/** Looks a stage type up; undefined for a type that this version of the product does not have. */
export type RulesOf = (type: string) => StageRules | undefined

/** One thing that is wrong with the params of a stage. */
export type ParamProblem = { param: string; message: string }

export type ReadParams = { params: Record<string, unknown>; problems: [] } | { params: null; problems: ParamProblem[] }

/** Migrates, checks and completes the params of a stage: what its run will get, or what is wrong. */
export function readParams(rules: StageRules, stage: Pick<GraphStage, 'params' | 'version'>): ReadParams {
  const from = stage.version ?? 1
  const raw = from < rules.version && rules.migrate ? rules.migrate(stage.params, from) : stage.params
  const parsed = rules.params.strict().safeParse(raw)
  if (parsed.success) return { params: parsed.data, problems: [] }
  return { params: null, problems: parsed.error.issues.flatMap((issue) => issueProblems(issue, rules)) }
}

/** The same, as an AppError that names the stage, the param and the reason. */
export function parseParams(rules: StageRules, stage: Pick<GraphStage, 'id' | 'title' | 'params' | 'version'>): Record<string, unknown> {
  const { params, problems } = readParams(rules, stage)
  if (params) return params
  const [first] = problems
  throw new AppError('bad_params', {
    detail: `${stage.title ?? rules.title} (${stage.id}), ${first?.param || 'params'}: ${first?.message ?? 'not valid.'}`,
    hint: first?.param ? { param: first.param } : {},
  })
}

function issueProblems(issue: z.core.$ZodIssue, rules: StageRules): ParamProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      param: key,
      message: `${rules.title} has no param "${key}"; it has ${Object.keys(rules.params.shape).join(', ') || 'none'}.`,
    }))
  }
  return [{ param: issue.path.join('.'), message: sentence(issue.message) }]
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}

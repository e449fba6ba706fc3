import { AppError } from '#core/errors/app-error'
import { checkGraph, problemLines } from '#core/graph/check'
import { type Graph, parsePortRef, portRefSchema } from '#core/graph/graph'
import { stagesInScope } from '#core/graph/scope'
import type { RunScope } from '#core/runs/scope'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { findGraph, type NewRun } from '#db/queries/runs'
import type { House } from '#server/house'
import type { FindSpec } from './stage-work'
import { withOverrides } from './stage-work'
import { submitting } from './submit'

type Input = {
  workflowId: string
  /** The newest version when absent. */
  versionId?: string | undefined
  scope: RunScope
  overrides: Record<string, unknown>
  actor: AuditActor
  /** User id; null for the command line and the house itself. */
  startedBy: string | null
  trigger: NewRun['trigger']
}

/** Starts a run, or says in a sentence why the workflow cannot run. */
export async function startRun(house: House, findSpec: FindSpec, input: Input): Promise<{ id: string; number: number }> {
  const { workflowId, scope, overrides, actor } = input
  const found = await findGraph(house.db, { workflowId, versionId: input.versionId })
  if (!found) throw new AppError('not_found', { detail: 'There is no such workflow, or it has no such version.' })
  checkOverrides(found.graph, findSpec, overrides)
  const graph = withOverrides(found.graph, overrides)
  if (scope.kind !== 'all' && scope.kind !== 'stale' && !graph.stages.some((stage) => stage.id === scope.stage)) {
    throw new AppError('bad_request', { detail: `The workflow has no stage "${scope.stage}". Save it first, then run again.` })
  }
  const wanted = stagesInScope(graph, scope)
  refuseProblems(graph, findSpec, wanted)
  return submitting(house, async (tx, submit) => {
    const run = await submit.run({
      workflowId,
      versionId: found.versionId,
      scope,
      overrides,
      startedBy: input.startedBy,
      trigger: input.trigger,
      stages: graph.stages.filter((stage) => wanted.has(stage.id)).map(({ id, type }) => ({ stageId: id, type })),
    })
    await writeAudit(tx, {
      actor,
      action: 'run.start',
      object: 'run',
      objectId: run.id,
      after: { workflow: found.workflow, version: found.number, number: run.number, scope, overrides },
    })
    return run
  })
}

/** Refuses a graph that cannot run; every problem is in the message, the first one in the hint. */
export function refuseProblems(graph: Graph, findSpec: FindSpec, only: ReadonlySet<string>): void {
  const problems = checkGraph(graph, findSpec, { only }).filter((problem) => problem.level === 'error')
  const [first] = problems
  if (!first) return
  const lines = problemLines(graph, findSpec, problems)
  const more = lines.length > 5 ? ` And ${lines.length - 5} more.` : ''
  throw new AppError('bad_workflow', {
    detail: `The workflow cannot run. ${lines.slice(0, 5).join(' ')}${more}`,
    hint: { ...(first.param && { param: `${first.stage}.${first.param}` }), ...(first.port && { port: `${first.stage}.${first.port}` }) },
  })
}

function checkOverrides(graph: Graph, findSpec: FindSpec, overrides: Record<string, unknown>): void {
  for (const ref of Object.keys(overrides)) {
    if (!portRefSchema.safeParse(ref).success) {
      throw new AppError('bad_params', { detail: `"${ref}" is not of the form stage.param.`, hint: { param: ref } })
    }
    const { stage, port: param } = parsePortRef(ref)
    const found = graph.stages.find((s) => s.id === stage)
    if (!found) {
      const ids = graph.stages.map((s) => s.id).join(', ')
      throw new AppError('bad_params', { detail: `There is no stage "${stage}" for ${ref}; there are ${ids}.`, hint: { param: ref } })
    }
    const spec = findSpec(found.type)
    if (spec && !(param in spec.params.shape)) {
      throw new AppError('bad_params', {
        detail: `${stage} (${spec.title}) has no param "${param}"; it has ${Object.keys(spec.params.shape).join(', ')}.`,
        hint: { param: ref },
      })
    }
  }
}

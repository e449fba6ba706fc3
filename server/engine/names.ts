/**
 * Names that stay the same over versions: durable work that was begun under them must be found again. The engine version
 * is raised only when the interpreter would take other steps for a run that is under way.
 */
export const engine = {
  application: 'stageline',
  version: 'engine-1',
  queues: { runs: 'runs', stages: 'stages', jobs: 'jobs' },
  workflows: { run: 'run', stage: 'stage', trial: 'trial', job: 'job' },
  /** Topic on which an approval's answer reaches the waiting stage. */
  answer: 'answer',
} as const

/** The id of the durable workflow of one stage of a run. */
export function stageWorkflowId(runId: string, stageId: string): string {
  return `${runId}/${stageId}`
}

/** The id of the durable workflow of one trial that a stage of a run asks for. */
export function trialWorkflowId(runId: string, stageId: string, number: number): string {
  return `${stageWorkflowId(runId, stageId)}/${number}`
}

import { type Command, Option } from 'commander'
import { checkGraph, problemLines } from '#core/graph/check'
import type { Graph } from '#core/graph/graph'
import { inOrder } from '#core/graph/reach'
import { isFinal, isGood } from '#core/runs/status'
import type { RunDetails } from '#core/runs/views'
import { readRun } from '#server/engine/run-views'
import { withOverrides } from '#server/engine/stage-work'
import { startRun } from '#server/engine/start-run'
import { stopRun } from '#server/engine/stop-run'
import { untilDatabase } from '#server/engine/until-database'
import { watchRun } from '#server/engine/watch-runs'
import { findSpec } from '#stages/specs'
import { withWorker } from './find-worker'
import { openRunProgress } from './run-progress'
import { keepSource, readSource } from './run-source'
import { leaderboardLines, summariseRun, titleOf } from './run-summary'
import { type CliSession, withSession } from './session'
import { collectSetting, readOverrides, type Setting } from './settings'
import { uploadFile, uploadModelFile } from './upload-file'
import { UsageError } from './usage-error'

/** `stageline run <workflow.json|template>`: runs it here, with a server or without. */
export function addRun(program: Command): void {
  program
    .command('run')
    .description('run a workflow file or a template, with a server or without one')
    .argument('<workflow>', 'a workflow file (docs/workflow-format.md) or the name of a template (stageline templates)')
    .addOption(
      new Option('--set <stage.param=value>', 'set a param for this run; a file given to a data set or model file param is uploaded')
        .argParser(collectSetting)
        .default([], 'none'),
    )
    .action(
      withSession(program, async (session, what: string, { set }: { set: Setting[] }) => {
        session.requireRole('analyst')
        await withWorker(session.house, () => run(session, what, set))
      }),
    )
}

async function run(session: CliSession, what: string, settings: Setting[]): Promise<void> {
  const { house, actor } = session
  const upload = (file: string) => uploadFile(session, file)
  const source = await readSource(what, settings, upload)
  const overrides = await readOverrides(source.graph, source.settings, upload, (file) => uploadModelFile(session, file))
  const graph = withOverrides(source.graph, overrides)
  refuseWrong(graph)
  session.signal.throwIfAborted()
  const { workflowId } = await keepSource(house.db, source, actor)
  const began = performance.now()
  const { id, number } = await startRun(house, findSpec, {
    workflowId,
    scope: { kind: 'all' },
    overrides,
    actor,
    startedBy: actor.id,
    trigger: 'cli',
  })
  session.note(`${source.name}, run ${number}`)
  const details = await follow(session, id, graph)
  const seconds = Math.round((performance.now() - began) / 100) / 10
  const summary = await summariseRun(house.artifacts, details, { graph, seconds })
  session.result(summary, [...leaderboardLines(summary), closingLine(details, seconds)].join('\n'))
  if (!isGood(details.run.status)) session.fail()
}

/** Every problem of a graph on a line of its own; a file that cannot run is wrong usage. */
function refuseWrong(graph: Graph): void {
  const problems = checkGraph(graph, findSpec).filter((problem) => problem.level === 'error')
  if (problems.length > 0) throw new UsageError(problemLines(graph, findSpec, problems).join('\n'))
}

async function follow({ house, actor, signal }: CliSession, id: string, graph: Graph): Promise<RunDetails> {
  const titles = new Map(inOrder(graph).map((stage) => [stage, titleOf(graph, stage)]))
  const progress = openRunProgress(process.stderr, titles)
  const cancel = () => void untilDatabase(house.log, () => stopRun(house, id, actor))
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  try {
    // Not the signal of Ctrl-C: that cancels the run, and the run is then over.
    for await (const change of watchRun(house, id, 0, new AbortController().signal)) {
      progress.show(change)
      if (isFinal(change.run.status)) break
    }
  } finally {
    progress.end()
    signal.removeEventListener('abort', cancel)
  }
  return untilDatabase(house.log, () => readRun(house.db, id))
}

function closingLine({ run, stages }: RunDetails, seconds: number): string {
  const cached = stages.filter((stage) => stage.status === 'cached').length
  const count = `${stages.length} stages${cached > 0 ? `, ${cached} cached` : ''}, ${seconds} s`
  if (isGood(run.status)) return `${run.status === 'cached' ? 'Nothing to do' : 'Done'}: ${count}.`
  return `${run.status.replace('_', ' ')}: ${run.error?.message ?? count}`
}

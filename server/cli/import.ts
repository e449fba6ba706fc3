import type { Command } from 'commander'
import { checkGraph, problemLines } from '#core/graph/check'
import { findSpec } from '#stages/specs'
import { withWorker } from './find-worker'
import { keepSource, readSource } from './run-source'
import { withSession } from './session'
import { collectSetting, type Setting } from './settings'
import { uploadFile } from './upload-file'

/** `stageline import <workflow.json|template>`: keeps it as a workflow, without running it. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description('keep a workflow file or a template as a workflow; a workflow of the same name gets a new version')
    .argument('<workflow>', 'a workflow file (docs/workflow-format.md) or the name of a template')
    .option('--set <name=value>', "answer a template's question", collectSetting, [])
    .action(
      withSession(program, async (session, what: string, { set }: { set: Setting[] }) => {
        session.requireRole('analyst')
        const { house, actor } = session
        const upload = (file: string) => withWorker(house, () => uploadFile(session, file))
        const source = await readSource(what, set, upload)
        const { workflowId } = await keepSource(house.db, source, actor)
        // A workflow that is not finished may be kept; what is missing is said.
        const problems = problemLines(source.graph, findSpec, checkGraph(source.graph, findSpec))
        for (const problem of problems) session.note(problem)
        const url = `${house.env.webUrl}/workflows/${workflowId}`
        session.result({ workflow: workflowId, name: source.name, problems, url }, `${source.name}: ${url}`)
      }),
    )
}

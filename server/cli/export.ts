import { writeFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { AppError } from '#core/errors/app-error'
import { writeWorkflowFile } from '#core/graph/workflow-file'
import { reasonOf } from '#db/embedded/data-folder'
import { getNewestVersion, getVersion } from '#db/queries/workflow-versions'
import { findWorkflowByName, getWorkflow } from '#db/queries/workflows'
import { withSession } from './session'

type Options = { at?: number; out?: string; positions?: boolean }

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `stageline export <workflow>`: writes it as a file for review in git. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('write a workflow as a file (docs/workflow-format.md) to stdout')
    .argument('<workflow>', 'its name or id')
    .option('--at <version>', 'an earlier version instead of the newest', versionNumber)
    .option('--out <file>', 'write to this file instead of stdout')
    .option('--positions', 'keep where the stages stand on the canvas')
    .action(
      withSession(program, async (session, what: string, { at, out, positions = false }: Options) => {
        const { db } = session.house
        const workflow = uuid.test(what) ? await getWorkflow(db, what) : await findWorkflowByName(db, what)
        if (!workflow) throw new AppError('not_found', { detail: `There is no workflow called "${what}".` })
        const workflowId = workflow.id
        const { graph } = at === undefined ? await getNewestVersion(db, workflowId) : await getVersion(db, { workflowId, number: at })
        const text = writeWorkflowFile({ name: workflow.name, description: workflow.description, graph }, { positions })
        if (out === undefined) {
          process.stdout.write(text)
          return
        }
        await writeFile(out, text).catch((cause: unknown) => {
          throw new AppError('bad_file', { detail: `${out} cannot be written: ${reasonOf(cause)}. Name another file with --out.`, cause })
        })
        session.result({ workflow: workflowId, name: workflow.name, file: out }, `${workflow.name} is in ${out}.`)
      }),
    )
}

function versionNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be the number of a version.')
  return value
}

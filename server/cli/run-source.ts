import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#core/errors/app-error'
import type { Graph } from '#core/graph/graph'
import { graphOfFile, readWorkflowFile } from '#core/graph/workflow-file'
import { getTemplate, instantiateTemplate, templates } from '#core/templates/templates'
import type { Db } from '#db/client'
import { reasonOf } from '#db/embedded/data-folder'
import type { AuditActor } from '#db/queries/audit'
import { getNewestVersion } from '#db/queries/workflow-versions'
import { findWorkflowByName, updateWorkflow } from '#db/queries/workflows'
import { graphHash, saveWorkflow, startWorkflow } from '#server/workflows/save-workflow'
import { readAnswer, type Setting, type Upload } from './settings'
import { UsageError } from './usage-error'

/** What a command was given to run: a file or a template, and the settings that it did not use up. */
export type RunSource = { name: string; description: string; template: string | undefined; graph: Graph; settings: Setting[] }

/** Reads a workflow file, or makes the graph of a template; `--set` without a dot answers the template's questions. */
export async function readSource(what: string, settings: readonly Setting[], upload: Upload): Promise<RunSource> {
  if (templates.some(({ name }) => name === what)) {
    const { fields } = getTemplate(what)
    const answers: Record<string, string> = {}
    for (const setting of settings) {
      const field = fields.find(({ name }) => name === setting.key)
      if (field) answers[field.name] = await readAnswer(setting, field.kind, upload)
      else if (!setting.key.includes('.')) {
        const asks = fields.map(({ name }) => name).join(', ') || 'nothing'
        throw new UsageError(`--set ${setting.key}=…: the template ${what} does not ask for that; it asks for ${asks}.`)
      }
    }
    const { name, graph } = usable(() => instantiateTemplate(what, answers))
    return { name, description: '', template: what, graph, settings: settings.filter(({ key }) => key.includes('.')) }
  }
  const file = await readSourceFile(what)
  return { name: file.name, description: file.description ?? '', template: undefined, graph: graphOfFile(file), settings: [...settings] }
}

/** A workflow file from disk; whatever is wrong with it is wrong usage. */
export async function readSourceFile(what: string) {
  const text = await readFile(what, 'utf8').catch((cause: unknown) => {
    const isPath = /[/\\]|\.json$/i.test(what)
    const names = templates.map(({ name }) => name).join(', ')
    throw new UsageError(
      isPath ? `${what} cannot be read: ${reasonOf(cause)}.` : `There is no template or file "${what}". The templates are ${names}.`,
    )
  })
  return usable(() => readWorkflowFile(text, path.basename(what)))
}

/** Keeps the graph as the newest version of the workflow of this name, which is made when there is none. */
export async function keepSource(db: Db, source: RunSource, actor: AuditActor): Promise<{ workflowId: string }> {
  const found = await findWorkflowByName(db, source.name)
  if (!found) {
    const { id } = await startWorkflow(db, { ...source, actor, ownerId: actor.id })
    return { workflowId: id }
  }
  const newest = await getNewestVersion(db, found.id)
  if (newest.hash !== graphHash(source.graph)) {
    await saveWorkflow(db, { id: found.id, baseNumber: newest.number, graph: source.graph, summary: 'Run from the command line', actor })
  }
  if (source.description !== '' && source.description !== found.description) {
    await updateWorkflow(db, found.id, { description: source.description })
  }
  return { workflowId: found.id }
}

/** A file or a setting that cannot be used is wrong usage (exit code 2), not a failed run. */
export function usable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof AppError) throw new UsageError(error.message)
    throw error
  }
}

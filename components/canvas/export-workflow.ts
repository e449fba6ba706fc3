import type { Graph } from '#core/graph/graph'
import { writeWorkflowFile } from '#core/graph/workflow-file'

/** Hands the workflow to the browser as the file that people review in git, with the places of its stages. */
export function exportWorkflow({ name, description }: { name: string; description: string }, graph: Graph): void {
  const text = writeWorkflowFile({ name, description, graph }, { positions: true })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') || 'workflow'}.json`
  link.click()
  URL.revokeObjectURL(link.href)
}

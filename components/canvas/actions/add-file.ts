import { tell, tellError } from '#components/ui/toasts'
import { addStage, freshId, type Position, setParam, stageIds } from '#core/graph/edit'
import { formatBytes } from '#core/words/format'
import { uploadFile } from '../data/upload-file.ts'
import { newStage } from '../stage-shape.ts'
import type { CanvasStore } from '../store.ts'
import { freePlace } from './add-stage.ts'
import { editGraph } from './edit-graph.ts'

/** Uploads a data file that was dropped on the canvas, and puts a File stage that reads it there. */
export async function addFileStage(store: CanvasStore, file: File, at: Position): Promise<void> {
  if (!/\.(csv|tsv|txt|json|jsonl|ndjson|parquet)$/i.test(file.name)) {
    tell({ title: 'Not added', detail: `${file.name} is no data file. CSV, TSV, JSON lines and Parquet can be read.`, status: 'failed' })
    return
  }
  tell({ title: `Uploading ${file.name}`, detail: formatBytes(file.size), status: 'running' })
  try {
    const kept = await uploadFile(file)
    editGraph(store, (graph) => {
      const id = freshId(stageIds(graph), 'file')
      const stage = {
        ...newStage('file', id, freePlace(graph, { x: Math.round(at.x), y: Math.round(at.y) }, 'file')),
        title: kept.name.slice(0, 80),
      }
      store.setState({ selected: new Set([id]) })
      return setParam(addStage(graph, stage), id, 'data', { dataSet: kept.dataSet })
    })
    tell({
      title: `${file.name} is on the canvas`,
      detail: kept.isNew ? undefined : 'The same bytes were uploaded before; nothing was stored twice.',
    })
  } catch (error) {
    tellError(`${file.name} was not uploaded`, error)
  }
}

import { z } from 'zod'
import { modelFileRefSchema } from '#core/model/model-file-ref'

/** What the loader can read, for file dialogs. */
export const dataFileTypes = '.csv,.tsv,.txt,.json,.jsonl,.ndjson,.parquet'

const keptSchema = z.object({ dataSet: z.string(), name: z.string(), version: z.int(), isNew: z.boolean() })
export type KeptFile = z.output<typeof keptSchema>

const refusedSchema = z.object({ error: z.string() })

const keptModelSchema = modelFileRefSchema.extend({ facts: z.string() })
/** `facts`: what the file says of itself, in a line of words. */
export type KeptModelFile = z.output<typeof keptModelSchema>

type Sending = { onShare?(share: number): void; signal?: AbortSignal }

/** Sends a file to the server as it is, telling the share that is through. It becomes a data set, or a version of one. */
export function uploadFile(file: File, { dataSet, ...sending }: { dataSet?: string } & Sending = {}): Promise<KeptFile> {
  return send(file, dataSet ? { dataSet } : {}, keptSchema, sending)
}

/** Sends an .onnx file to the server, which keeps it once it could be read. */
export function uploadModelFile(file: File, sending: Sending = {}): Promise<KeptModelFile> {
  return send(file, { as: 'model' }, keptModelSchema, sending)
}

function send<T>(file: File, more: Record<string, string>, keptSchema: z.ZodType<T>, { onShare, signal }: Sending): Promise<T> {
  const query = new URLSearchParams({ name: file.name, ...more })
  return new Promise((resolve, reject) => {
    // fetch tells nothing about how much of a body is sent.
    const request = new XMLHttpRequest()
    request.open('PUT', `/api/uploads?${query}`)
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onShare?.(total > 0 ? loaded / total : 0)
    request.onerror = () =>
      reject(new Error(`${file.name} did not arrive: the server does not answer. Check that it runs, and send it again.`))
    request.onabort = () => reject(new Error(`The upload of ${file.name} was cancelled.`))
    request.onload = () => {
      const kept = keptSchema.safeParse(request.response)
      if (request.status === 200 && kept.success) return resolve(kept.data)
      const refused = refusedSchema.safeParse(request.response)
      reject(new Error(refused.success ? refused.data.error : `${file.name} was refused with status ${request.status}.`))
    }
    signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

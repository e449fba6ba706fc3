/** What goes between the gateway and the thread or process that holds a model. Typed arrays and texts only: a message is cheap. */

/** A column as the runtime takes it: texts, or numbers with NaN for missing. */
export type HostColumn = readonly string[] | Float32Array

/** What a host is told first. */
export type HostLoad = {
  /** Path of the .onnx file. */
  file: string
  /** Names of the classes in the order of the probabilities; null when the model answers a number. */
  classes: readonly string[] | null
}

export type HostBatch = {
  rows: number
  columns: Readonly<Record<string, HostColumn>>
  /** How many rows go through the runtime at once, one part after the other. They sum to `rows`. */
  parts: readonly number[]
}

/** `numbers` are values, or probabilities row by row; `labels` are indexes of classes, null of a model that answers a number. */
export type HostAnswers = { labels: Int32Array | null; numbers: Float32Array; ms: number }

export type ToHost = ({ kind: 'load' } & HostLoad) | ({ kind: 'run'; id: number } & HostBatch) | { kind: 'close' }

export type FromHost =
  | { kind: 'ready' }
  | ({ kind: 'answers'; id: number } & HostAnswers)
  /** Of a batch that the runtime refused; of loading when `id` is null. */
  | { kind: 'failed'; id: number | null; message: string }

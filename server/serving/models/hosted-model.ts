import { AppError } from '#core/errors/app-error'
import type { ModelFile } from '#core/model/model-file'
import { answersNumber, type PredictRow, type Signature } from '#core/model/signature'
import { columnBinners } from '#core/monitor/bins'
import type { Log } from '#server/log'
import type { Clock } from '../clock'
import { openAnswerCache } from './answer-cache'
import { openCostLine } from './cost-line'
import type { HostKind, OpenLink } from './host/host-link'
import type { HostBatch } from './host/host-messages'
import { type HostTrouble, openModelHost } from './host/model-host'
import { hangAfterMs } from './host/recovery'
import { microBatch } from './micro-batch'
import { packRows, unpackAnswers } from './model-columns'
import { ModelFailure } from './model-failure'
import type { ModelNotes } from './model-notes'
import type { ComputedAnswer, ServedModel } from './served-model'
import type { Ask } from './waiting-line'

/** A model version of the gateway: what is asked at the same time runs together, in a thread or process that is replaced when it fails. */
export type HostedModel = ServedModel & {
  /** What it takes in memory while it is loaded, roughly. */
  bytes: number
  /** Loads it where it sleeps; rejects with a ModelFailure when that does not work. */
  wake(): Promise<void>
  /** Frees its memory; the next request loads it again. */
  sleep(): void
  isAwake(): boolean
  /** Requests inside, waiting or running. */
  inside(): number
  /** Ms of the gateway's clock. */
  lastUsedAt(): number
  trouble(): HostTrouble | null
  /** Answers kept for equal inputs; 0 for none. */
  keepAnswers(entries: number): void
  cached(): { hits: number; entries: number; bytes: number }
  /** Frees all after the last request inside is answered, or, where `patienceMs` is given, after so long at most. */
  close(patienceMs?: number): Promise<void>
}

export type HostedModelOptions = {
  versionId: string
  version: number
  model: string
  about: ModelFile
  prepare(row: PredictRow): PredictRow
  /** Path of the .onnx file. */
  file(): Promise<string>
  bytes: number
  kind: HostKind
  openLink: OpenLink
  /** Called before it is loaded: throws a ModelFailure where there is no room. */
  makeRoom(model: HostedModel): void
  notes?: ModelNotes | undefined
  clock: Clock
  log: Log
}

const warmUpRows = [1, 1, 16]

/** A version that sleeps until it is woken or asked. */
export function openHostedModel(options: HostedModelOptions): HostedModel {
  const { versionId, version, model, about, prepare, clock, log } = options
  const { signature, classes, reference } = about
  const name = `v${version} of ${model}`
  const cost = openCostLine()
  const cache = openAnswerCache(0)
  const flights = new Map<string, Promise<ComputedAnswer | null>>()
  let slowestMs = 0
  let usedAt = clock.now()
  let hits = 0

  const host = openModelHost({
    name,
    kind: options.kind,
    source: async () => ({ file: await options.file(), classes: answersNumber(signature) ? null : classes }),
    warmUp: () => warmUpRows.map((rows) => exampleBatch(signature, rows, prepare)),
    onMeasured(rows, ms) {
      cost.observe(rows, ms)
      slowestMs = Math.max(slowestMs, ms)
    },
    notes: options.notes,
    openLink: options.openLink,
    clock,
    log,
  })

  const batch = microBatch<PredictRow, ComputedAnswer>({
    name,
    clock,
    cost,
    ready: async () => wake(),
    async runAll(inputs, timeoutMs) {
      const { batch: packed, order } = packRows(signature, inputs)
      const answers = await host.run(packed, hangAfterMs({ timeoutMs, slowestMs, expectedMs: cost.at(inputs.length) }))
      return unpackAnswers(answers, inputs, { signature, classes, reference, order })
    },
  })

  function wake(): Promise<void> {
    try {
      if (!host.isAwake()) options.makeRoom(hosted)
    } catch (error) {
      return Promise.reject(error)
    }
    return host.ready()
  }

  /** What is not foreseen is a failure of the version, too: the runtime refused rows that fit the signature. */
  async function explained(answering: Promise<ComputedAnswer[]>): Promise<ComputedAnswer[]> {
    try {
      return await answering
    } catch (error) {
      if (error instanceof ModelFailure || (error instanceof AppError && error.code === 'cancelled')) throw error
      log.error({ err: error, model: name }, 'a model cannot answer')
      throw new ModelFailure('error', `${name} cannot answer: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }

  /** Known answers, those that are being computed for others, and the rest in one run. */
  async function predictCached(rows: readonly PredictRow[], ask: Ask): Promise<ComputedAnswer[]> {
    const keys = rows.map((row) => keyOf(signature, row))
    const rowsOf = (some: readonly string[]) => some.map((key) => rows[keys.indexOf(key)] ?? {})
    const answers = new Map<string, ComputedAnswer>()
    const flying: string[] = []
    const missing: string[] = []
    // Without a pause in between: whoever asks next must see what is on its way from here on.
    for (const key of new Set(keys)) {
      const known = cache.find(key)
      if (known) answers.set(key, known)
      else (flights.has(key) ? flying : missing).push(key)
    }
    const own = missing.length > 0 ? computeOnce(missing, { rows: rowsOf(missing), ask }) : null
    const [landed] = await Promise.all([Promise.all(flying.map((key) => inFlight(key, ask))), own])
    for (const [i, key] of flying.entries()) if (landed[i]) answers.set(key, landed[i])
    hits += keys.reduce((sum, key) => sum + Number(answers.has(key)), 0)
    for (const [key, answer] of (await own) ?? []) answers.set(key, answer)
    // What another request could not have computed, for its own reasons, is computed here after all.
    const failed = flying.filter((key) => !answers.has(key))
    if (failed.length > 0) {
      for (const [key, answer] of await computeOnce(failed, { rows: rowsOf(failed), ask })) answers.set(key, answer)
    }
    return keys.flatMap((key) => answers.get(key) ?? [])
  }

  /** The answer that another request computes right now; null when that fails: its deadline is not ours. */
  async function inFlight(key: string, { deadlineAt }: Ask): Promise<ComputedAnswer | null> {
    let cancel: () => void = () => undefined
    const late = new Promise<null>((_resolve, reject) => {
      const left = Math.max(0, deadlineAt - clock.now())
      cancel = clock.after(left, () => reject(new ModelFailure('timeout', `${name} did not answer within ${Math.round(left)} ms.`)))
    })
    return Promise.race([flights.get(key) ?? null, late]).finally(() => cancel())
  }

  async function computeOnce(
    keys: readonly string[],
    { rows, ask }: { rows: readonly PredictRow[]; ask: Ask },
  ): Promise<(readonly [string, ComputedAnswer])[]> {
    const running = batch.run(rows.map(prepare), ask)
    for (const [i, key] of keys.entries()) {
      const flight = running.then(
        (answers) => answers[i] ?? null,
        () => null,
      )
      flights.set(key, flight)
      void flight.finally(() => flights.get(key) === flight && flights.delete(key))
    }
    const answers = await running
    return keys.flatMap((key, i) => {
      const answer = answers[i]
      if (!answer) return []
      if (!Number.isNaN('value' in answer ? answer.value : answer.probabilities[0])) cache.keep(key, answer)
      return [[key, answer] as const]
    })
  }

  const hosted: HostedModel = {
    versionId,
    version,
    model,
    signature,
    classes,
    reference,
    binners: columnBinners(reference),
    bytes: options.bytes,
    prepare,
    predict(rows, ask) {
      usedAt = clock.now()
      return explained(ask.cache ? predictCached(rows, ask) : batch.run(rows.map(prepare), ask))
    },
    wake,
    sleep: () => host.sleep(),
    isAwake: () => host.isAwake(),
    inside: () => batch.inside(),
    lastUsedAt: () => usedAt,
    trouble: () => host.trouble(),
    keepAnswers: (entries) => cache.resize(entries),
    cached: () => ({ hits, ...cache.size() }),
    async close(patienceMs) {
      const patience = patienceMs === undefined ? [] : [new Promise<void>((resolve) => clock.after(patienceMs, resolve))]
      await Promise.race([batch.drained(), ...patience])
      host.close()
    },
  }
  return hosted
}

/** Equal keys are equal inputs: the columns of the signature in their order, as JSON. */
function keyOf({ inputs }: Signature, row: PredictRow): string {
  return JSON.stringify(inputs.map(({ name }) => row[name] ?? null))
}

function exampleBatch(signature: Signature, rows: number, prepare: (row: PredictRow) => PredictRow): HostBatch {
  const example = prepare(Object.fromEntries(signature.inputs.map((input) => [input.name, input.example])))
  return packRows(signature, new Array<PredictRow>(rows).fill(example)).batch
}

import type { Log } from '#server/log'
import type { Clock } from '../../clock'
import { ModelFailure } from '../model-failure'
import type { ModelNotes } from '../model-notes'
import type { HostKind, OpenLink } from './host-link'
import type { HostAnswers, HostBatch, HostLoad } from './host-messages'
import { failuresAtMost, recoveryAfter } from './recovery'
import { HostGone, type RunningHost, startHost } from './running-host'

/**
 * Keeps one model loaded in a thread or process of its own.
 *
 *   asleep -> starting (load, warm up) -> ready -> asleep
 *   starting, ready -> (it ends, or hangs and is killed) -> resting, for a moment or longer -> starting …
 *
 * A host that failed once runs in a process from then on: there it can be killed, whatever it does. The run that was in
 * flight fails; after `failuresAtMost` failures without an answer in between it is left alone for a time that grows.
 */
export type ModelHost = {
  /** Resolves when it can run, starting it where it sleeps; rejects with a ModelFailure when that will not be soon. */
  ready(): Promise<void>
  /** Runs one batch; only when ready, and one at a time. Rejects with a ModelFailure when the host fails over it. */
  run(batch: HostBatch, hangMs: number): Promise<HostAnswers>
  isAwake(): boolean
  /** Ends it until it is asked for again. */
  sleep(): void
  /** What is wrong with it, until it has been well for a minute; null when nothing is. */
  trouble(): HostTrouble | null
  close(): void
}

export type HostTrouble = { sentence: string; failures: number }

export type ModelHostOptions = {
  /** For sentences: "v3 of mail". */
  name: string
  /** Where it runs as long as it has not failed. */
  kind: HostKind
  source(): Promise<HostLoad>
  /** Batches to run before the first request is let in, smallest first; made anew each time, since buffers are given away. */
  warmUp(): HostBatch[]
  /** Told of every run that ended well. */
  onMeasured(rows: number, ms: number): void
  notes?: ModelNotes | undefined
  openLink: OpenLink
  clock: Clock
  log: Log
}

type State =
  | { kind: 'asleep' }
  | { kind: 'starting'; host: RunningHost | null }
  | { kind: 'ready'; host: RunningHost }
  | { kind: 'resting'; until: number; isQuarantine: boolean; cancel(): void }
  | { kind: 'closed' }

const startAtMostMs = 120_000
/** A warm-up run that took longer is the last: larger ones would only make callers wait. */
const warmEnoughMs = 50
const wellAfterMs = 60_000

/** A host that sleeps until it is asked for. */
export function openModelHost(options: ModelHostOptions): ModelHost {
  const { name, clock, log, openLink } = options
  let state: State = { kind: 'asleep' }
  let kind = options.kind
  const waiting: { resolve(): void; reject(error: ModelFailure): void }[] = []
  let failures = 0
  let lastFailure: { at: number; reason: string } | null = null

  async function start(): Promise<void> {
    const starting: State = { kind: 'starting', host: null }
    state = starting
    const isCurrent = () => state === starting
    const startedAt = clock.now()
    try {
      const about = await options.source()
      if (!isCurrent()) return
      const host: RunningHost = startHost(kind, {
        openLink,
        clock,
        onEnd: (error) => void ((isCurrent() || (state.kind === 'ready' && state.host === host)) && failed(error.message)),
      })
      starting.host = host
      await host.load(about, startAtMostMs)
      await warm(host)
      if (!isCurrent()) return
      state = { kind: 'ready', host }
      options.notes?.loaded(clock.now() - startedAt)
      if (failures > 0) log.info({ model: name }, 'the model runs again')
      for (const { resolve } of waiting.splice(0)) resolve()
    } catch (error) {
      if (!isCurrent()) return
      starting.host?.kill()
      // A file that is not there, or that the runtime refuses, is the same at the next try.
      failed(error instanceof Error ? error.message : String(error), { isHopeless: !(error instanceof HostGone) })
    }
  }

  async function warm(host: RunningHost): Promise<void> {
    for (const [i, batch] of options.warmUp().entries()) {
      const { rows } = batch
      const { ms } = await host.run(batch, startAtMostMs)
      if (i > 0) options.onMeasured(rows, ms)
      if (i > 0 && ms > warmEnoughMs) break
    }
  }

  function failed(reason: string, { isHopeless = false } = {}): void {
    failures = isHopeless ? Math.max(failures + 1, failuresAtMost) : failures + 1
    lastFailure = { at: clock.now(), reason }
    kind = 'process'
    options.notes?.failed()
    const { waitMs, isQuarantine } = recoveryAfter(failures)
    log.error({ model: name, reason, failures, nextTryMs: waitMs }, 'a model failed')
    const cancel = clock.after(waitMs, () => void start())
    state = { kind: 'resting', until: clock.now() + waitMs, isQuarantine, cancel }
    if (isQuarantine) for (const { reject } of waiting.splice(0)) reject(resting(waitMs))
  }

  function resting(waitMs: number): ModelFailure {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000))
    return new ModelFailure('error', `${sentenceOf(lastFailure?.reason ?? '', failures)} The next try is in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    })
  }

  function sentenceOf(reason: string, times: number): string {
    return `${name} failed ${times > 1 ? `${times} times in a row` : 'once'}: ${reason.replace(/\.$/, '')}.`
  }

  function ready(): Promise<void> {
    switch (state.kind) {
      case 'ready':
        return Promise.resolve()
      case 'closed':
        return Promise.reject(new ModelFailure('error', `${name} is not served any more.`))
      case 'resting':
        if (state.isQuarantine) return Promise.reject(resting(state.until - clock.now()))
        break
      case 'asleep':
        void start()
        break
      case 'starting':
    }
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  }

  function end(next: State): void {
    const { kind: was } = state
    if (state.kind === 'resting') state.cancel()
    const host = state.kind === 'ready' || state.kind === 'starting' ? state.host : null
    state = next
    if (was === 'ready') host?.close()
    else host?.kill()
  }

  return {
    ready,
    async run(batch, hangMs) {
      if (state.kind !== 'ready') throw new ModelFailure('error', `${name} is not loaded.`)
      const { rows } = batch
      try {
        const answers = await state.host.run(batch, hangMs)
        failures = 0
        options.onMeasured(rows, answers.ms)
        options.notes?.ran(rows, answers.ms)
        return answers
      } catch (error) {
        if (!(error instanceof HostGone)) throw error
        throw new ModelFailure(
          error.isHung ? 'timeout' : 'error',
          `${name} failed while it answered: ${error.message}. Try again in a second.`,
          {
            cause: error,
            retryAfterSeconds: 1,
          },
        )
      }
    },
    isAwake: () => state.kind === 'ready' || state.kind === 'starting',
    sleep() {
      if (state.kind === 'ready' || state.kind === 'starting') end({ kind: 'asleep' })
    },
    trouble() {
      if (!lastFailure || (failures === 0 && clock.now() - lastFailure.at > wellAfterMs)) return null
      return { sentence: sentenceOf(lastFailure.reason, Math.max(1, failures)), failures }
    },
    close() {
      if (state.kind !== 'closed') end({ kind: 'closed' })
      for (const { reject } of waiting.splice(0)) reject(new ModelFailure('error', `${name} is not served any more.`))
    },
  }
}

import type { Clock } from '../../clock'
import type { HostKind, OpenLink } from './host-link'
import type { FromHost, HostAnswers, HostBatch, HostLoad } from './host-messages'

/** The host ended, or was ended because it did not answer in time. */
export class HostGone extends Error {
  readonly isHung: boolean

  constructor(reason: string, isHung: boolean) {
    super(reason)
    this.name = 'HostGone'
    this.isHung = isHung
  }
}

/** One host from its start to its end: a question at a time. Answers reject with HostGone, or with an Error when the runtime refused. */
export type RunningHost = {
  load(about: HostLoad, limitMs: number): Promise<void>
  run(batch: HostBatch, limitMs: number): Promise<HostAnswers>
  /** Lets it end in its own time. */
  close(): void
  /** Ends it; what it was asked rejects. */
  kill(): void
}

type Question = { id: number | null; resolve(message: FromHost): void; reject(error: Error): void }

/** Starts a host; `onEnd` is told when it ends though nobody said so. */
export function startHost(
  kind: HostKind,
  { openLink, clock, onEnd }: { openLink: OpenLink; clock: Clock; onEnd: (error: HostGone) => void },
): RunningHost {
  let question: Question | null = null
  let isOver = false
  let lastId = 0
  const link = openLink(kind, {
    onMessage(message) {
      if (!question || (message.kind !== 'ready' && message.id !== question.id)) return
      const { resolve, reject } = question
      question = null
      if (message.kind === 'failed') reject(new Error(message.message))
      else resolve(message)
    },
    onGone: (reason) => end(new HostGone(reason, false)),
  })

  function end(error: HostGone): void {
    if (isOver) return
    isOver = true
    const left = question
    question = null
    left?.reject(error)
    onEnd(error)
  }

  function ask(id: number | null, limitMs: number, send: () => void): Promise<FromHost> {
    return new Promise((resolve, reject) => {
      if (isOver) return reject(new HostGone('it has ended', false))
      const cancel = clock.after(limitMs, () => {
        link.kill()
        end(new HostGone(`it did not answer within ${Math.round(limitMs)} ms`, true))
      })
      question = {
        id,
        resolve(message) {
          cancel()
          resolve(message)
        },
        reject(error) {
          cancel()
          reject(error)
        },
      }
      send()
    })
  }

  return {
    async load(about, limitMs) {
      await ask(null, limitMs, () => link.send({ kind: 'load', ...about }))
    },
    async run(batch, limitMs) {
      lastId += 1
      const id = lastId
      const buffers = Object.values(batch.columns).flatMap((values) =>
        // Made by packRows for this batch, and never backed by shared memory.
        values instanceof Float32Array ? [values.buffer as ArrayBuffer] : [],
      )
      const message = await ask(id, limitMs, () => link.send({ kind: 'run', id, ...batch }, buffers))
      if (message.kind !== 'answers') throw new HostGone('it answered something else', false)
      return message
    },
    close() {
      isOver = true
      link.close()
    },
    kill() {
      isOver = true
      link.kill()
      question?.reject(new HostGone('it was ended', false))
      question = null
    },
  }
}

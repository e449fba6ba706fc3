import { parentPort } from 'node:worker_threads'
import { AppError, toErrorRecord } from '#core/errors/app-error'
import { scoreFold, unpackFoldWork } from '#ml/validate/fold-work'
import { claimNext } from './claims'
import type { FoldTask, FromThread } from './messages'

/** A thread that helps with folds, one task after the other, until it is ended from outside. */
const shareGapMs = 100

const say = (message: FromThread, moved: ArrayBuffer[] = []) => parentPort?.postMessage(message, moved)

parentPort?.on('message', async ({ work: packed, folds, claims, who }: FoldTask) => {
  try {
    const work = unpackFoldWork(packed)
    for (let i = claimNext(claims, who); i !== null; i = claimNext(claims, who)) {
      const [fold, at] = [i, folds[i]]
      if (!at) break
      let saidAt = 0
      const onShare = (share: number) => {
        const now = Date.now()
        if (now - saidAt < shareGapMs) return
        saidAt = now
        say({ kind: 'share', fold, share })
      }
      const scores = Float32Array.from(await scoreFold(work, at, { onShare }))
      say({ kind: 'scores', fold, scores }, [scores.buffer])
    }
  } catch (error) {
    const known = error instanceof AppError
    const stack = known ? {} : { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    say({ kind: 'failed', error: toErrorRecord(error, ''), ...stack })
  }
  say({ kind: 'idle' })
})

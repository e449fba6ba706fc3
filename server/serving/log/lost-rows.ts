import { renameSync, writeFileSync } from 'node:fs'
import type { AnswersSeen } from './keep-inputs'
import { doneSuffix, type LineFiles, openSuffix } from './line-files'
import { writeLine } from './spool-line'
import { openTally, type Tally } from './tally'

/**
 * What is left of answers that may not be logged: their number, and their figures. These are in memory and are written out
 * whole every second until their minute is over: a few kilobytes a minute, however many the answers, and a killed gateway
 * loses at most the last second of them.
 */
export type LostRows = {
  add(seen: AnswersSeen, nowMs: number): void
  /** Writes what was added; files of minutes that are over, or all at the end, are completed. Throws what the disk says, and nothing is lost by it. */
  save(nowMs: number, isEnd: boolean): void
  byDeployment: ReadonlyMap<string, number>
  total(): number
}

/** Of a file that is not whole yet: nobody ships it. */
export const partSuffix = '.part'

const minuteMs = 60_000

type Minute = { minute: number; name: string; batch: string; tally: Tally; isDirty: boolean; isThere: boolean }

/** Nothing is lost yet. */
export function openLostRows(files: Pick<LineFiles, 'next' | 'claim'>): LostRows {
  const minutes: Minute[] = []
  const byDeployment = new Map<string, number>()

  function saveMinute(one: Minute): void {
    if (!one.isDirty) return
    files.claim()
    const lines = [writeLine({ kind: 'batch', id: one.batch }), ...one.tally.lines().map(writeLine)]
    // Never half a file under a name that is shipped.
    writeFileSync(`${one.name}${partSuffix}`, lines.join(''), { flush: true })
    renameSync(`${one.name}${partSuffix}`, `${one.name}${openSuffix}`)
    one.isThere = true
    one.isDirty = false
  }

  return {
    add(seen, nowMs) {
      if (seen.rows.length > 0) byDeployment.set(seen.deploymentId, (byDeployment.get(seen.deploymentId) ?? 0) + seen.rows.length)
      const minute = Math.floor(nowMs / minuteMs)
      let last = minutes.at(-1)
      if (last?.minute !== minute) {
        last = { minute, ...files.next(), tally: openTally(), isDirty: false, isThere: false }
        minutes.push(last)
      }
      last.tally.addAnswers(seen, seen.keep.binners)
      last.isDirty = true
    },
    save(nowMs, isEnd) {
      const current = Math.floor(nowMs / minuteMs)
      for (let first = minutes[0]; first; first = minutes[0]) {
        saveMinute(first)
        if (!isEnd && first.minute === current) return
        if (first.isThere) renameSync(`${first.name}${openSuffix}`, `${first.name}${doneSuffix}`)
        minutes.shift()
      }
    },
    byDeployment,
    total: () => [...byDeployment.values()].reduce((sum, rows) => sum + rows, 0),
  }
}

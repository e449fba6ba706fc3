import { addStageLogs, type NewLogLine } from '#db/queries/stage-logs'
import type { Engine } from './engine'
import { untilDatabase } from './until-database'

/** Lines that are kept of one try; a stage in a loop must not fill the database. */
const maxLogLines = 5_000
const flushMs = 200

export type StageLogs = { add(line: { level: 'info' | 'warn' | 'error'; text: string; at: number }): void; close(): Promise<void> }

/** Lines are written in batches, in order; those of a lost process up to its last word. */
export function openStageLogs({ house }: Engine, stageRunId: string): StageLogs {
  let lines: NewLogLine[] = []
  let count = 0
  let written: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = lines
    lines = []
    if (batch.length === 0) return
    written = written.then(() => untilDatabase(house.log, () => addStageLogs(house.db, batch)))
  }
  return {
    add({ level, text, at }) {
      count += 1
      if (count > maxLogLines) return
      const last = count === maxLogLines ? `${text}\n(This stage said too much; what follows is not kept.)` : text
      // Postgres cannot hold the character 0 in a text.
      lines.push({ stageRunId, level, text: last.replaceAll('\0', ''), at: new Date(at) })
      timer ??= setTimeout(flush, flushMs)
    },
    async close() {
      flush()
      await written
    },
  }
}

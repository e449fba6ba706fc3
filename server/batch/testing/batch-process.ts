import { readEnv } from '#server/env'
import { openHouse } from '#server/house'
import { runBatch } from '../run-batch'

/** A batch in a process of its own, which tests kill at a named point (KILL_AT=point:part). Tells the parts that it computed, and the result. */
const { BATCH_JOB: jobId = '', BATCH_INPUT: input = '', KILL_AT: killAt = '', PART_ROWS: partRows = '' } = process.env
const env = readEnv(process.env)
const house = openHouse('worker', env.DATABASE_URL ?? '', env)
const [point, part] = killAt.split(':')
const computed: number[] = []
const result = await runBatch(JSON.parse(input), {
  house,
  jobId,
  createdBy: null,
  progress: () => undefined,
  signal: new AbortController().signal,
  now: Date.now,
  partRows: Number(partRows),
  at(passed, number) {
    if (passed === 'part-written') computed.push(number)
    if (passed === point && number === Number(part)) process.kill(process.pid, 'SIGKILL')
  },
})
process.send?.({ computed, result })
await house.close()

import { openSpool } from './spool'
import { row, seen, silent } from './testing'

/** Writes to a spool until it is killed, and says which predictions are written: run by a test. */
const [root = '', ids = '{}'] = process.argv.slice(2)
// What the test handed over.
const of = JSON.parse(ids) as { deploymentId: string; versionId: string }
const spool = openSpool(root, { log: silent })
for (;;) {
  const one = row({ input: { body: 'word '.repeat(Math.random() * 400), hour: 1 } })
  await spool.append(seen({ ...of, rows: [one] }))
  process.stdout.write(`${one.id}\n`)
  await new Promise((resolve) => setImmediate(resolve))
}

import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'

/** Two free ports for the Stageline under test, the same for every process of this test run. */
export function choosePorts(): { web: number; gateway: number } {
  process.env.STAGELINE_E2E_PORTS ??= findFreePorts().join(',')
  const [web = 0, gateway = 0] = process.env.STAGELINE_E2E_PORTS.split(',').map(Number)
  return { web, gateway }
}

/** The data folder of the Stageline under test, so that a journey can use the command line beside it. Stageline makes it, serve.mjs removes it. */
export function chooseHome(): string {
  process.env.STAGELINE_E2E_HOME ??= path.join(os.tmpdir(), `stageline-e2e-${randomUUID()}`)
  return process.env.STAGELINE_E2E_HOME
}

/** Two ports that are free now. A config is read synchronously, so a second Node asks the operating system. */
export function findFreePorts(): number[] {
  const script = `const net = require('net'); const found = []
    const servers = [1, 2].map(() => net.createServer().listen(0, '127.0.0.1', function () {
      found.push(this.address().port)
      if (found.length === 2) { console.log(found.join()); for (const server of servers) server.close() }
    }))`
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout.trim().split(',').map(Number)
}

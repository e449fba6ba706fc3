import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { makeTemporaryHome } from '#db/testing/temporary-home'
import { findFreePorts } from './ports'

/** A Stageline that nobody has visited yet: `npm start` on an empty data folder, beside the one that the other journeys share. */
export type FreshHouse = { url: string; gatewayUrl: string; stop(): Promise<void> }

/** Starts one and waits for the line with its address. */
export async function startFreshHouse(): Promise<FreshHouse> {
  const home = makeTemporaryHome('stageline-fresh-')
  const [web, gateway] = findFreePorts()
  const child = spawn(process.execPath, ['server/start.mjs'], {
    env: { ...process.env, DATABASE_URL: '', STAGELINE_HOME: home, STAGELINE_PORT: String(web), STAGELINE_GATEWAY_PORT: String(gateway) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await addressOf(child)
  return {
    url,
    gatewayUrl: `http://127.0.0.1:${gateway}`,
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const address = /Stageline {2}(http\S+)/.exec(said)?.[1]
      if (address) resolve(address)
    })
    child.once('close', (code) => reject(new Error(`npm start ended with ${code} before it printed an address:\n${said}`)))
  })
}

import { connectDatabase } from '#server/connect-database'
import type { Env } from '#server/env'
import { explainFailure } from '#server/explain-failure'
import { openHouse } from '#server/house'
import { checkArtifacts } from './check-artifacts'
import { checkDatabase } from './check-database'
import { checkMachine } from './check-machine'
import { checkProcesses } from './check-processes'
import { type Finding, problem } from './finding'

/** Everything the doctor looks at. A broken database is a finding too; what depends on it is then not looked at. */
export async function examine(env: Env, root: string): Promise<Finding[]> {
  const machine = await checkMachine(env, root)
  let connected: Awaited<ReturnType<typeof connectDatabase>>
  try {
    connected = await connectDatabase(env)
  } catch (error) {
    return [
      ...machine,
      problem(
        'database',
        explainFailure(error),
        'Mend that, then ask the doctor again: queue, gateway and artifacts could not be looked at.',
      ),
    ]
  }
  const house = openHouse('cli', connected.url, env)
  try {
    return [...machine, ...(await checkDatabase(house, connected.how)), ...(await checkProcesses(house)), ...(await checkArtifacts(house))]
  } finally {
    await house.close()
    await connected.release()
  }
}

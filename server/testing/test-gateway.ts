import type { KeyAction } from '#core/keys/key-actions'
import { createApiKey } from '#db/queries/api-keys'
import { systemActor } from '#db/queries/audit'
import type { House } from '#server/house'
import { deployVersion } from '#server/releases/change-release'
import { newApiKey } from '#server/serving/keys/key-ring'
import { type Gateway, runGateway } from '#server/serving/run-gateway'
import { testHouse } from './test-house'
import { registerTiny, type TinyVersion } from './tiny-registry'

export type TestAnswer = { status: number; headers: Headers; text: string; json: Record<string, unknown> }

export type TestGateway = {
  house: House
  gateway: Gateway
  /** Three versions of the tiny model; v1 serves as `triage`. */
  versions: TinyVersion[]
  /** A key that may do everything. */
  key: string
  makeKey(scope?: { deployments?: string[]; actions?: KeyAction[]; rowsPerDay?: number }): Promise<string>
  deploy(deployment: string, versionId: string, share?: number): Promise<void>
  /** A request with the key, unless `headers` have another or none. */
  call(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<TestAnswer>
  close(): Promise<void>
}

/** A gateway with a deployment, over HTTP, for tests of its protocols. */
export async function testGateway(env: Record<string, string> = {}): Promise<TestGateway> {
  const house = await testHouse(env)
  const versions = await registerTiny(house, { count: 3 })
  const deploy = async (deployment: string, versionId: string, share = 100) => {
    await deployVersion(house.db, { actor: systemActor, deployment, versionId, share, reason: 'test' })
  }
  await deploy('triage', versions[0]?.id ?? '')
  const gateway = await runGateway(house)
  const makeKey: TestGateway['makeKey'] = async ({
    deployments = null,
    actions = null,
    rowsPerDay = null,
  }: {
    deployments?: string[] | null
    actions?: KeyAction[] | null
    rowsPerDay?: number | null
  } = {}) => {
    const { secret, hash, prefix } = newApiKey()
    await createApiKey(house.db, { name: 'caller', prefix, hash, deployments, actions, rowsPerDay, createdBy: null })
    return secret
  }
  const key = await makeKey()
  return {
    house,
    gateway,
    versions,
    key,
    makeKey,
    deploy,
    async call(method, path, { body, headers = {} } = {}) {
      const response = await fetch(`${gateway.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, json: parsed(text) }
    },
    async close() {
      await gateway.close()
      await house.close()
    },
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    // tests look at the fields that they expect
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

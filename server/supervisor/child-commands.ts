import path from 'node:path'
import type { Env } from '#server/env'
import { typescriptArgs } from './child'

export const processNames = ['web', 'worker', 'gateway'] as const
export type ProcessName = (typeof processNames)[number]

/**
 * Flags of V8 for the gateway. Its young objects are collected by the thread that answers, alone: on two busy processors it
 * would wait for helpers that wait for their turn. A larger nursery makes that rarer, and little survives it. The old ones
 * are marked beside it, as usual: all at once that is a pause of 15 ms and more.
 */
export const gatewayFlags = ['--no-parallel-scavenge', '--max-semi-space-size=64']

/** What Node is given to run one of the three processes; `packed` is the folder of the packed servers, if there is one. */
export function processArgs(
  name: ProcessName,
  env: Env,
  { dev = false, packed = null }: { dev?: boolean; packed?: string | null } = {},
): string[] {
  if (name !== 'web') {
    const flags = name === 'gateway' ? gatewayFlags : []
    const program = packed === null ? typescriptArgs(`server/${name}.ts`) : ['--enable-source-maps', path.join(packed, `${name}.mjs`)]
    return [...flags, ...program]
  }
  const address = ['-H', env.STAGELINE_HOST, '-p', String(env.STAGELINE_PORT)]
  return ['node_modules/next/dist/bin/next', dev ? 'dev' : 'start', ...address]
}

/** The environment of the three processes: the same for all, with the database that was found. */
export function processEnv(env: Env, databaseUrl: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: databaseUrl,
    STAGELINE_HOME: env.home,
    STAGELINE_ARTIFACTS: env.artifactsDir,
    STAGELINE_PORT: String(env.STAGELINE_PORT),
    STAGELINE_GATEWAY_PORT: String(env.STAGELINE_GATEWAY_PORT),
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

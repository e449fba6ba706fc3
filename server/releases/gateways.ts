import type { Warmth } from '#core/releases/rollout'
import type { ProcessRow } from '#db/queries/processes'

/** So long after its last sign of life a gateway counts as alive. */
export const gatewayAliveMs = 10_000

/** On how many living gateways a release is in force, and what keeps it from being so: gateways announce both with their lease. */
export function warmthOf(alive: readonly Pick<ProcessRow, 'info'>[], deployment: string, release: number): Warmth {
  const problems = alive.map(({ info }) => read(info, 'problems', deployment)).filter((problem) => typeof problem === 'string')
  return {
    alive: alive.length,
    inForce: alive.filter(({ info }) => read(info, 'releases', deployment) === release).length,
    problem: problems[0] ?? null,
  }
}

function read(info: Record<string, unknown>, part: string, deployment: string): unknown {
  const entries = info[part]
  return typeof entries === 'object' && entries !== null ? Object.entries(entries).find(([key]) => key === deployment)?.[1] : undefined
}

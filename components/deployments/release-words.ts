import type { Strategy } from '#core/releases/strategy'
import type { DeploymentView, ReleaseView } from '#server/releases/views'
import { strategyTitle } from './strategy-words.ts'

type Arm = { version: number; weight: number }

/** "v7", or "v7 90 %, v8 10 %". */
export function armWords(arms: readonly Arm[]): string {
  return arms.length === 1 ? `v${arms[0]?.version}` : arms.map(({ version, weight }) => `v${version} ${weight} %`).join(', ')
}

/** What a release did, as the head of its line in the history. */
export function releaseTitle({ kind, arms, rollbackOf }: Pick<ReleaseView, 'kind' | 'rollbackOf'> & { arms: readonly Arm[] }): string {
  const [champion, challenger] = arms
  switch (kind) {
    case 'deploy':
      return `v${champion?.version} deployed`
    case 'canary':
      return `Canary of v${challenger?.version} at ${challenger?.weight} %`
    case 'share':
      return challenger ? `Canary at ${challenger.weight} %` : 'Canary ended'
    case 'promote':
      return `v${champion?.version} promoted`
    case 'rollback':
      return `Rolled back to ${armWords(arms)}, as in release ${rollbackOf}`
    case 'blue-green':
      return `Blue/green beside v${champion?.version}`
    case 'shadow':
      return `Shadow beside v${champion?.version}`
    case 'ab':
      return `A/B test of v${challenger?.version} at ${challenger?.weight} %`
    case 'bandit':
      return `Bandit between v${champion?.version} and v${challenger?.version}`
    case 'settings':
      return 'Settings changed'
  }
}

/** A rollout under way, in few words: "canary at 25 %", "shadow, held". */
export function rolloutWords({ kind, status, share }: { kind: Strategy['kind']; status: string; share: number | null }): string {
  const title = strategyTitle(kind).toLowerCase().replace(' by steps', '')
  const at = share !== null && kind === 'canary' ? ` at ${share} %` : ''
  return `${title}${at}${status === 'held' ? ', held' : status === 'asking' ? ', asks' : ''}`
}

/** What is wrong with putting the release in force, or null when every gateway serves it. */
export function forceWords({
  gateways,
  release,
}: Pick<DeploymentView, 'gateways' | 'release'>): { status: 'failed' | 'running'; sentence: string } | null {
  const { alive, inForce, problem } = gateways
  if (problem) return { status: 'failed', sentence: `Release ${release.number} cannot be served, the one before goes on: ${problem}` }
  if (alive === 0)
    return { status: 'failed', sentence: 'No gateway runs, so nobody gets an answer. Start one with npm start or npm run gateway.' }
  if (inForce < alive)
    return { status: 'running', sentence: `Release ${release.number} is being taken up: in force on ${inForce} of ${alive} gateways.` }
  return null
}

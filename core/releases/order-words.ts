import { formatNumber } from '#core/words/format'
import type { ReleaseOrder } from './order'
import type { Strategy } from './strategy'

/** A strategy in few words: "as a canary (5, 25, 50 %, then all)". */
export function strategyWords(strategy: Strategy): string {
  switch (strategy.kind) {
    case 'all-at-once':
      return 'with all traffic'
    case 'canary': {
      const shares = strategy.steps.map(({ share }) => share).filter((share) => share < 100)
      return `as a canary (${shares.join(', ')} %, then all)${strategy.automatic ? '' : ' by hand'}`
    }
    case 'blue-green':
      return `blue/green${strategy.automatic ? '' : ' by hand'}`
    case 'shadow':
      return `as a shadow that gets copies of ${strategy.share} % of the requests`
    case 'ab':
      return `in an A/B test with ${strategy.share} % of the traffic`
    case 'bandit':
      return 'in a bandit that outcomes steer'
  }
}

/** What an order would do, in one sentence. `version` is the number of the version that it puts forward, where there is one. */
export function orderSentence(order: ReleaseOrder, version: number | null): string {
  const name = version === null ? 'the challenger' : `v${formatNumber(version)}`
  switch (order.kind) {
    case 'deploy':
      return `Deploy ${name} ${order.strategy ? strategyWords(order.strategy) : shareWords(order.share ?? 100)}.`
    case 'share':
      return `Give ${name} ${shareWords(order.share).replace('with ', '')}.`
    case 'promote':
      return `Promote ${name} to all traffic.`
    case 'rollback':
      return order.to === undefined ? 'Roll back.' : `Roll back to release ${order.to}.`
    case 'hold':
      return 'Hold the rollout.'
    case 'resume':
      return 'Let the rollout go on.'
    case 'automatic':
      return order.automatic ? 'Let the rollout move by itself.' : 'Leave every step of the rollout to people.'
    case 'settings':
      return 'Change how it serves.'
  }
}

function shareWords(share: number): string {
  return share === 100 ? 'with all traffic' : `with ${share} % of the traffic`
}

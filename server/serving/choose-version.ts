import { AppError } from '#core/errors/app-error'
import { chooseArm } from '#core/releases/bandit'
import { chooseRoute } from '#core/releases/route'
import type { BanditBoard } from './bandit-board'
import type { ServedModel } from './models/served-model'
import type { LiveRelease } from './release-board'

/**
 * The version that a request asks: the one that it pins; else the arm that the bandit prefers by now; else by weight, always
 * the same for the same key.
 */
export function chooseVersion(
  release: LiveRelease,
  { pinned, key, bandits, random }: { pinned: number | null; key: string; bandits: Pick<BanditBoard, 'armsOf'>; random: () => number },
): ServedModel {
  if (pinned !== null) return pinnedVersion(release, pinned)
  const { assignment } = release.settings
  const arms = assignment.kind === 'bandit' ? bandits.armsOf(release) : null
  const at =
    assignment.kind === 'bandit' && arms ? chooseArm(assignment, arms, random) : chooseRoute(release.weights, release.deploymentId, key)
  const chosen = release.models[at] ?? release.models[0]
  if (!chosen) throw new AppError('not_found', { detail: `There is no deployment called ${release.deployment}.` })
  return chosen
}

/** The version of this number among those that the release names, routes first. */
function pinnedVersion(release: LiveRelease, number: number): ServedModel {
  const known = [...release.models, ...release.loaded.values()]
  const model = known.find(({ version }) => version === number)
  if (model) return model
  const numbers = [...new Set(known.map(({ version }) => `v${version}`))]
  throw new AppError('not_found', {
    detail: `${release.deployment} does not serve version ${number}. Its release ${release.number} has ${numbers.join(', ')}.`,
  })
}

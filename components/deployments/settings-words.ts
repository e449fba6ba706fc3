import type { DeploymentSettings } from '#core/releases/deployment-settings'
import type { FallbackStep, ReleaseSettings } from '#core/releases/settings'
import { formatNumber } from '#core/words/format'

type Names = (versionId: string) => string

/** What a release serves like, and what holds for the deployment, as pairs of words. */
export function settingsFacts({
  settings,
  lowConfidence,
  deployment,
  isRegression,
  nameOf,
}: {
  settings: ReleaseSettings
  lowConfidence: number
  deployment: DeploymentSettings
  isRegression: boolean
  nameOf: Names
}): { name: string; value: string }[] {
  const { timeoutMs, batching, cache, reviewShare, shadow } = settings
  return [
    { name: 'Fallback', value: fallbackSentence(settings, nameOf) ?? 'none: an error, a timeout or overload reaches the caller' },
    { name: 'Timeout', value: `${formatNumber(timeoutMs)} ms` },
    {
      name: 'Batching',
      value:
        batching.mode === 'off'
          ? 'off, each request by itself'
          : `adaptive, at most ${formatNumber(batching.rows)} rows and ${formatNumber(batching.waitMs)} ms of waiting`,
    },
    { name: 'Cache', value: cache.on ? `on, ${formatNumber(cache.entries)} answers a version` : 'off' },
    ...(shadow ? [{ name: 'Shadow', value: `${nameOf(shadow.versionId)}, copies of ${shadow.share} % of the requests` }] : []),
    ...(isRegression
      ? []
      : [
          {
            name: 'Low confidence',
            value: `below ${lowConfidence.toFixed(2)}${reviewShare > 0 ? `, ${reviewShare} % of them for review` : ', none for review'}`,
          },
        ]),
    { name: 'Log', value: logWords(deployment) },
    { name: 'Four eyes', value: deployment.fourEyes ? 'on, a second lead approves each release' : 'off' },
  ]
}

/** "then v6, then the answer "other", on errors, timeouts and overload"; null when nobody stands in. */
export function fallbackSentence({ fallback }: Pick<ReleaseSettings, 'fallback'>, nameOf: Names): string | null {
  if (fallback.steps.length === 0) return null
  const chain = fallback.steps.map((step) => `then ${stepWords(step, nameOf)}`).join(', ')
  const causes: string[] = fallback.on.map((cause) => causeWords[cause])
  if (fallback.belowConfidence !== null) causes.push(`a confidence below ${fallback.belowConfidence}`)
  if (causes.length === 0) return `${chain}, but on nothing yet`
  return `${chain}, on ${causes.length === 1 ? causes[0] : `${causes.slice(0, -1).join(', ')} and ${causes.at(-1)}`}`
}

const causeWords = { error: 'errors', timeout: 'timeouts', overload: 'overload' } as const

function stepWords(step: FallbackStep, nameOf: Names): string {
  switch (step.kind) {
    case 'version':
      return step.lastGood ? `the last good version ${nameOf(step.versionId)}` : nameOf(step.versionId)
    case 'answer':
      return `the answer "${step.label}"`
    case 'value':
      return `the answer ${step.value}`
  }
}

function logWords({ log }: DeploymentSettings): string {
  switch (log.inputs) {
    case 'whole':
      return 'keeps whole inputs'
    case 'sampled':
      return `keeps ${log.share} % of the inputs`
    case 'hashed':
      return 'keeps only a hash of each input'
    case 'none':
      return 'keeps no inputs'
  }
}

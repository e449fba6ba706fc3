import { type DeploymentSettings, deploymentSettingsSchema } from '#core/releases/deployment-settings'
import { type ReleaseSettings, releaseSettingsSchema } from '#core/releases/settings'

/** What the forms for settings hold: text, as it is typed. Shares are written in %. */
export type FallbackDraft = { id: number; kind: 'version' | 'answer'; versionId: string; lastGood: boolean; answer: string }
export type ServeDraft = {
  timeoutMs: string
  lowConfidence: string
  reviewShare: string
  batching: { isOn: boolean; rows: string; waitMs: string }
  cache: { isOn: boolean; entries: string }
  fallback: { steps: FallbackDraft[]; on: ReleaseSettings['fallback']['on']; belowConfidence: string }
  /** Standing shadow; no version for none. */
  shadow: { versionId: string; share: string }
}
export type KeepDraft = { inputs: DeploymentSettings['log']['inputs']; share: string; fourEyes: boolean }

export type SettingsErrors = Readonly<Record<string, string>>

/** Reasons that a fallback is asked for, in words. */
export const fallbackCauses: readonly { value: ReleaseSettings['fallback']['on'][number]; label: string }[] = [
  { value: 'error', label: 'errors and crashes' },
  { value: 'timeout', label: 'timeouts' },
  { value: 'overload', label: 'overload' },
]

/** What the log may keep of inputs, in words. */
export const keepChoices: readonly { value: DeploymentSettings['log']['inputs']; label: string }[] = [
  { value: 'whole', label: 'whole inputs' },
  { value: 'sampled', label: 'a sample of the inputs' },
  { value: 'hashed', label: 'only a hash of each input' },
  { value: 'none', label: 'no inputs' },
]

/** The draft that says what is in force. */
export function serveDraft(settings: ReleaseSettings, lowConfidence: number): ServeDraft {
  const { timeoutMs, reviewShare, batching, cache, fallback, shadow } = settings
  return {
    timeoutMs: String(timeoutMs),
    lowConfidence: String(Number(lowConfidence.toFixed(4))),
    reviewShare: String(reviewShare),
    batching: { isOn: batching.mode === 'adaptive', rows: String(batching.rows), waitMs: String(batching.waitMs) },
    cache: { isOn: cache.on, entries: String(cache.entries) },
    fallback: {
      steps: fallback.steps.map((step, id) => ({
        id,
        kind: step.kind === 'version' ? 'version' : 'answer',
        versionId: step.kind === 'version' ? step.versionId : '',
        lastGood: step.kind === 'version' && step.lastGood,
        answer: step.kind === 'answer' ? step.label : step.kind === 'value' ? String(step.value) : '',
      })),
      on: fallback.on,
      belowConfidence: fallback.belowConfidence === null ? '' : String(fallback.belowConfidence),
    },
    shadow: { versionId: shadow?.versionId ?? '', share: String(shadow?.share ?? 100) },
  }
}

export function keepDraft({ log, fourEyes }: DeploymentSettings): KeepDraft {
  return { inputs: log.inputs, share: String(log.share), fourEyes }
}

/**
 * The settings of a draft upon those in force, or what is wrong by field. How versions share the traffic and what stands by
 * is not in the form and stays as it is.
 */
export function readServe(
  draft: ServeDraft,
  before: ReleaseSettings,
  answers: { isRegression: boolean; classes?: readonly string[] },
): { settings: ReleaseSettings; lowConfidence: number; errors: null } | { settings: null; errors: SettingsErrors } {
  const errors: Record<string, string> = {}
  const lowConfidence = read(draft.lowConfidence)
  if (!(lowConfidence >= 0 && lowConfidence <= 1)) errors.lowConfidence = 'From 0 to 1.'
  const steps = draft.fallback.steps.map((step, i) => {
    const { value, problem } = readFallback(step, answers)
    if (problem) errors[`fallback.steps.${i}`] = problem
    return value
  })
  const parsed = releaseSettingsSchema.safeParse({
    assignment: before.assignment,
    standby: before.standby,
    shadow: draft.shadow.versionId === '' ? null : { versionId: draft.shadow.versionId, share: read(draft.shadow.share) },
    fallback: {
      steps,
      on: draft.fallback.on,
      belowConfidence: draft.fallback.belowConfidence.trim() === '' ? null : read(draft.fallback.belowConfidence),
    },
    timeoutMs: read(draft.timeoutMs),
    reviewShare: read(draft.reviewShare),
    batching: { mode: draft.batching.isOn ? 'adaptive' : 'off', rows: read(draft.batching.rows), waitMs: read(draft.batching.waitMs) },
    cache: { on: draft.cache.isOn, entries: read(draft.cache.entries) },
  })
  for (const { path } of parsed.success ? [] : parsed.error.issues) {
    const field = path
      .slice(0, path[1] === 'steps' ? 3 : 2)
      .map(String)
      .join('.')
    errors[field] ??= words[field] ?? 'One to five steps.'
  }
  return parsed.success && Object.keys(errors).length === 0
    ? { settings: parsed.data, lowConfidence, errors: null }
    : { settings: null, errors }
}

/** The deployment's own settings of a draft, or what is wrong. */
export function readKeep(draft: KeepDraft): { settings: DeploymentSettings; errors: null } | { settings: null; errors: SettingsErrors } {
  // The share is not shown unless a sample is kept: what stands in the hidden field must not be in the way.
  const log = draft.inputs === 'sampled' ? { inputs: draft.inputs, share: read(draft.share) } : { inputs: draft.inputs }
  const parsed = deploymentSettingsSchema.safeParse({ log, fourEyes: draft.fourEyes })
  return parsed.success ? { settings: parsed.data, errors: null } : { settings: null, errors: { share: 'A whole percent from 1 to 100.' } }
}

/** A further step of the fallback chain: the last good version, another that neither serves nor stands in yet, or a stated answer. */
export function withFallback(
  steps: readonly FallbackDraft[],
  { versionIds, serving, lastGood }: { versionIds: readonly string[]; serving: readonly string[]; lastGood: string | null },
): FallbackDraft[] {
  const id = steps.reduce((most, step) => Math.max(most, step.id), -1) + 1
  const isFree = (versionId: string) => !serving.includes(versionId) && !steps.some((step) => step.versionId === versionId)
  const free = lastGood !== null && isFree(lastGood) ? lastGood : versionIds.find(isFree)
  return [
    ...steps,
    {
      id,
      kind: free === undefined ? 'answer' : 'version',
      versionId: free ?? '',
      lastGood: free !== undefined && free === lastGood,
      answer: '',
    },
  ]
}

const words: Readonly<Record<string, string>> = {
  timeoutMs: 'Whole milliseconds from 10 to 60,000.',
  reviewShare: 'A whole percent from 0 to 100.',
  'batching.rows': 'Whole rows from 1 to 4,096.',
  'batching.waitMs': 'Milliseconds from 0 to 1,000.',
  'cache.entries': 'A whole number from 1 to 1,000,000.',
  'fallback.belowConfidence': 'From 0 to 1, or nothing for never.',
  'shadow.share': 'A whole percent from 1 to 100.',
}

function readFallback(
  { kind, versionId, lastGood, answer }: FallbackDraft,
  { isRegression, classes }: { isRegression: boolean; classes?: readonly string[] },
) {
  if (kind === 'version') return { value: { kind, versionId, lastGood }, problem: versionId === '' ? 'Choose a version.' : null }
  const typed = answer.trim()
  if (isRegression) {
    const value = read(typed)
    return { value: { kind: 'value', value }, problem: Number.isFinite(value) ? null : 'Write the number to answer.' }
  }
  const problem =
    typed === ''
      ? 'Write the class to answer.'
      : classes && classes.length > 0 && !classes.includes(typed)
        ? `Not a class of this model: ${classes.slice(0, 5).join(', ')}.`
        : null
  return { value: { kind: 'answer', label: typed }, problem }
}

/** What is typed, as a number; an empty field is none. */
function read(typed: string): number {
  return typed.trim() === '' ? Number.NaN : Number(typed.replace(',', '.'))
}

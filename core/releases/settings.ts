import { z } from 'zod'

/**
 * How a release serves, beside whom it sends requests to. Part of the release: immutable, brought back whole by a rollback.
 * Every field has a default, so that releases made before a field existed stay readable.
 */

/** Who answers when the version that was asked does not: tried in order. */
export const fallbackStepSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('version'),
    versionId: z.string(),
    /** It was asked for as "the last good version", and this one was it when the release was made. */
    lastGood: z.boolean().default(false),
  }),
  /** A stated answer, the same for every record: a class, or a number of a regressor. */
  z.object({ kind: z.literal('answer'), label: z.string().min(1) }),
  z.object({ kind: z.literal('value'), value: z.number() }),
])
export type FallbackStep = z.output<typeof fallbackStepSchema>

/** Why a fallback answered. `error` covers a crash and a version that cannot be loaded. */
export const fallbackReasons = ['error', 'timeout', 'overload', 'low-confidence'] as const
export const fallbackReasonSchema = z.enum(fallbackReasons)
export type FallbackReason = z.output<typeof fallbackReasonSchema>

export const fallbackSchema = z.object({
  steps: z.array(fallbackStepSchema).max(5).default([]),
  /** Which of them call the next step; a low confidence does when `belowConfidence` is set. */
  on: z.array(z.enum(['error', 'timeout', 'overload'])).default(['error', 'timeout', 'overload']),
  /** An answer below this confidence goes to the next step; null for never. */
  belowConfidence: z.number().min(0).max(1).nullable().default(null),
})

/** How the version of a request is chosen among the routes. */
export const assignmentSchema = z.discriminatedUnion('kind', [
  /** By weight; a caller that sends a key always meets the same version. */
  z.object({ kind: z.literal('weights') }),
  /** By what outcomes said so far; weights are where it begins. */
  z.object({
    kind: z.literal('bandit'),
    method: z.enum(['epsilon-greedy', 'thompson']),
    /** Share of the requests that are given to any version by chance, for epsilon-greedy. */
    epsilon: z.number().min(0).max(1).default(0.1),
    /** What an outcome is worth: 1 when the answer was right, or the business figure of this name. */
    reward: z.union([z.literal('correct'), z.object({ figure: z.string().min(1) })]).default('correct'),
  }),
])
export type Assignment = z.output<typeof assignmentSchema>

export const releaseSettingsSchema = z.object({
  assignment: assignmentSchema.default({ kind: 'weights' }),
  /** Gets copies of `share` percent of the requests; its answers are compared and discarded. */
  shadow: z
    .object({ versionId: z.string(), share: z.int().min(1).max(100) })
    .nullable()
    .default(null),
  /** Versions without traffic that are kept loaded: the other colour of a blue/green release. */
  standby: z.array(z.string()).max(2).default([]),
  fallback: fallbackSchema.prefault({}),
  /** An answer that takes longer is a timeout. */
  timeoutMs: z.int().min(10).max(60_000).default(10_000),
  /** Answers of low confidence become items for people to review, this percent of them; 0 for none. */
  reviewShare: z.int().min(0).max(100).default(0),
  batching: z
    .object({
      /** `adaptive` learns what waiting costs and waits only while it pays; `off` runs each request by itself. */
      mode: z.enum(['adaptive', 'off']).default('adaptive'),
      rows: z.int().min(1).max(4_096).default(512),
      waitMs: z.number().min(0).max(1_000).default(5),
    })
    .prefault({}),
  cache: z
    .object({
      on: z.boolean().default(false),
      /** Answers kept a model version. */
      entries: z.int().min(1).max(1_000_000).default(10_000),
    })
    .prefault({}),
})
export type ReleaseSettings = z.output<typeof releaseSettingsSchema>

const { shape } = releaseSettingsSchema
/** A wish for some of the settings; those left out stay what they are. Without defaults, which would undo them. */
export const settingsPatchSchema = z.object({
  assignment: shape.assignment.unwrap().optional(),
  shadow: shape.shadow.unwrap().optional(),
  standby: shape.standby.unwrap().optional(),
  fallback: shape.fallback.unwrap().optional(),
  timeoutMs: shape.timeoutMs.unwrap().optional(),
  reviewShare: shape.reviewShare.unwrap().optional(),
  batching: shape.batching.unwrap().optional(),
  cache: shape.cache.unwrap().optional(),
})
export type SettingsPatch = z.output<typeof settingsPatchSchema>

/** The settings with what is wished in their place. */
export function patchSettings(settings: ReleaseSettings, patch: SettingsPatch): ReleaseSettings {
  const wished = Object.entries(patch).filter(([, value]) => value !== undefined)
  return releaseSettingsSchema.parse({ ...settings, ...Object.fromEntries(wished) })
}

/** What a release without any wish serves like. */
export const defaultSettings: ReleaseSettings = releaseSettingsSchema.parse({})

/** Every version that a release names, routes first: what a gateway loads before it switches. */
export function versionsOf({ routes, settings }: { routes: readonly { versionId: string }[]; settings: ReleaseSettings }): string[] {
  const named = [
    ...routes.map((route) => route.versionId),
    ...(settings.shadow ? [settings.shadow.versionId] : []),
    ...settings.standby,
    ...settings.fallback.steps.flatMap((step) => (step.kind === 'version' ? [step.versionId] : [])),
  ]
  return [...new Set(named)]
}

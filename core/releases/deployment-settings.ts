import { z } from 'zod'

/** What holds for a deployment whatever it serves; changing it is an audit line, not a release. */
export const deploymentSettingsSchema = z.object({
  log: z
    .object({
      /** What the prediction log keeps of inputs: all, a share of them, only their hash, or nothing. Answers are always kept. */
      inputs: z.enum(['whole', 'sampled', 'hashed', 'none']).default('whole'),
      /** Percent of the predictions whose input is kept, for `sampled`. */
      share: z.int().min(1).max(100).default(10),
    })
    .prefault({}),
  /** A release needs a second person: who asks for it may not approve it. */
  fourEyes: z.boolean().default(false),
})
export type DeploymentSettings = z.output<typeof deploymentSettingsSchema>

export const defaultDeploymentSettings: DeploymentSettings = deploymentSettingsSchema.parse({})

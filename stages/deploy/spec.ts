import { z } from 'zod'
import { defineStage } from '../define'

const deploymentName = /^([a-z][a-z0-9-]{0,59})?$/

/** Serves a registered model behind POST /v1/{deployment}/predict. */
export const deploy = defineStage({
  type: 'deploy',
  version: 1,
  title: 'Deploy',
  summary: 'Serves the registered model behind an HTTP endpoint',
  category: 'release',
  icon: 'rocket',
  keywords: ['serve', 'endpoint', 'api', 'release', 'production'],
  params: z.object({
    deployment: z
      .string()
      .regex(deploymentName, 'A deployment name is lower-case letters, digits and hyphens, and starts with a letter.')
      .default('')
      .meta({
        title: 'Deployment',
        description: 'Part of the address: /v1/{deployment}/predict. Made on the first deploy.',
        example: 'email-triage',
        control: 'deployment-name',
      }),
    lowConfidence: z.number().min(0).max(1).default(0.6).meta({
      title: 'Low confidence below',
      description: 'Answers below it are counted and can be watched; models that answer a number have no confidence.',
      example: '0.6',
      control: 'slider',
    }),
    strategy: z.enum(['all-at-once', 'canary']).default('all-at-once').meta({
      title: 'Strategy',
      description:
        'All at once, or a canary that steps to 5, 25 and 50 % of the traffic, judges itself, and is promoted or rolled back by itself. The run does not wait for it.',
      example: 'canary',
    }),
    reason: z.string().max(500).default('').meta({
      title: 'Reason',
      description: 'Stands in the release history.',
      example: 'First release',
      control: 'textarea',
    }),
  }),
  inputs: { model: { kind: 'model', label: 'Registered model' } },
  outputs: { deployment: { kind: 'deployment', label: 'Deployment' } },
  describe: ({ deployment, lowConfidence, strategy }) =>
    `${deployment || 'no deployment yet'}${strategy === 'canary' ? ', as a canary' : ''}, low confidence below ${lowConfidence}`,
  check: ({ deployment }) =>
    deployment === '' ? [{ param: 'deployment', message: 'Name the deployment, for example email-triage.' }] : [],
})

import { z } from 'zod'

/** What a key may let its caller do with a deployment. */
export const keyActions = ['predict', 'describe', 'report', 'batch'] as const
export const keyActionSchema = z.enum(keyActions)
export type KeyAction = z.output<typeof keyActionSchema>

/** Each action in words, for forms and refusals. */
export const keyActionWords: Record<KeyAction, string> = {
  predict: 'ask for predictions',
  describe: 'read what a deployment reads and answers',
  report: 'report outcomes and predictions made at the edge',
  batch: 'order batch predictions',
}

export const keyPriorities = ['high', 'normal', 'low'] as const
export type KeyPriority = (typeof keyPriorities)[number]

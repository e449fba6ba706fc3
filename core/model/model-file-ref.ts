import { z } from 'zod'

/** An uploaded .onnx file: its artifact, and what it was called. */
export const modelFileRefSchema = z.object({ artifact: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().min(1).max(120) })
export type ModelFileRef = z.output<typeof modelFileRefSchema>

/** Above it a file is not taken: wrapping, comparing and serving keep several copies in memory. */
export const maxModelFileBytes = 256 * 2 ** 20

/** What a person may say that the numbers of a model from elsewhere are. */
export const answerKinds = ['automatic', 'probabilities', 'logits', 'number'] as const
export type AnswerKind = (typeof answerKinds)[number]

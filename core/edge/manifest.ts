import { z } from 'zod'
import { signatureSchema } from '#core/model/signature'

/** `deployment.json` of an edge bundle: what it is and where it came from. */
export const edgeManifestSchema = z.object({
  deployment: z.string(),
  model: z.string(),
  /** Such as v3. */
  version: z.string(),
  release: z.int(),
  /** sha256 of model.onnx. */
  artifact: z.string(),
  signature: signatureSchema,
  /** Empty when it answers a number. */
  classes: z.array(z.string()),
  /** Where predictions can be reported. */
  gateway: z.string(),
})
export type EdgeManifest = z.output<typeof edgeManifestSchema>
